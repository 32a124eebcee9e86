import { branchOfBusiness } from '#db/branches.ts'
import { stayList } from '#db/stays.ts'
import type { StayFilter, StayOrder } from '#db/stays.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import { addDays, instantAt } from '#domain/schedules/wall-clock.ts'
import { requireMay } from './stay.ts'
import type { Stay } from './stay.ts'

export type { StayFilter, StayOrder } from '#db/stays.ts'

export interface StaysWanted extends Omit<StayFilter, 'createdBetween' | 'updatedBetween'> {
  /** Days on the calendar of the property. */
  createdOn?: string | undefined
  updatedOn?: string | undefined
}

/** Stays that stand, and locks where they are asked for, for members and keys of the business only: not_found for everybody else. */
export async function listStays(
  ctx: Context,
  { createdOn, updatedOn, ...wanted }: StaysWanted,
  order: StayOrder,
  page: PageRequest,
): Promise<Page<Stay>> {
  const { businessId } = wanted
  const isOfADay = createdOn !== undefined || updatedOn !== undefined
  const zone = isOfADay ? await zoneOf(ctx, businessId) : ''
  const during = (day: string | undefined) =>
    day === undefined ? undefined : ([instantAt(zone, day, 0), instantAt(zone, addDays(day, 1), 0)] as const)
  const filter = { ...wanted, createdBetween: during(createdOn), updatedBetween: during(updatedOn) }
  const {
    found,
    count: [count],
  } = await ctx.read(stayList(filter, order, page, countedUpTo))
  if (!actsInside(ctx.actor, businessId)) throw businessNotFound()
  requireMay(ctx, 'stay', 'read')
  if (wanted.includesBlocks) requireMay(ctx, 'block', 'read')
  return toPage(page, found, count?.total ?? 0, ({ id }) => [id])
}

async function zoneOf(ctx: Context, businessId: number): Promise<string> {
  const {
    branch: [branch],
  } = await ctx.read({ branch: branchOfBusiness({ businessId, branchId: null }) })
  return branch?.timeZone ?? 'UTC'
}
