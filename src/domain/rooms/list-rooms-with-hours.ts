import { businessById } from '#db/businesses.ts'
import { resourceList, resourceProfileList } from '#db/resources.ts'
import { requireVisible } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import { toSchedule } from '#domain/schedules/stored-schedule.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'

/** A room as its business knows it that lets it by the hour; the schedule is in wall-clock time of `timeZone`, its branch's. */
export interface RoomWithHours {
  id: number
  businessId: number
  branchId: number
  name: string
  timeZone: string
  schedule: Schedule
}

/** What everybody else may know of it. */
export type RoomProfile = Pick<RoomWithHours, 'id' | 'name'>

/** The rooms of a business, the eldest first: all of them with their hours for its members, those that are let by the hour for others. */
export async function listRoomsWithHours(
  ctx: Context,
  businessId: number,
  page: PageRequest,
): Promise<Page<RoomWithHours | RoomProfile>> {
  const rooms = { businessId, kind: 'room' as const }
  // In parallel: which of the two the caller may see is known only afterwards.
  const [{ business, found, count }, all] = await Promise.all([
    ctx.read({
      business: businessById({ id: businessId }),
      ...resourceProfileList(rooms, page, countedUpTo),
    }),
    ctx.accountId === 0 ? undefined : ctx.read(resourceList(rooms, page, countedUpTo)),
  ])
  const role = requireVisible(ctx, business[0])
  return role && all
    ? toPage(page, all.found.map(toRoomWithHours), all.count[0]?.total ?? 0, ({ id }) => [id])
    : toPage<RoomProfile>(page, found, count[0]?.total ?? 0, ({ id }) => [id])
}

type ScheduledRow = NonNullable<ReturnType<typeof resourceList>['found']['row']>

function toRoomWithHours({ weekly, overrides, timeOff, ...room }: ScheduledRow): RoomWithHours {
  return { ...room, schedule: toSchedule({ weekly, overrides, timeOff }) }
}
