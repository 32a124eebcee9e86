import { staffById } from '#db/resources.ts'
import { membershipOf, roleIn } from '#domain/actor.ts'
import { managersOnly, mayManage, requireMember } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { scheduleStatements, validSchedule } from '#domain/schedules/stored-schedule.ts'
import { staffNotFound } from '#domain/resources/resource.ts'

/**
 * Replaces a staff member's whole schedule and answers it, sorted: one's own, or anybody's for those who manage the
 * business. Throws not_found, forbidden, invalid with every field at fault.
 */
export async function setSchedule(ctx: Context, resourceId: number, wanted: Schedule): Promise<Schedule> {
  const [[found]] = await ctx.read([staffById({ id: resourceId })])
  const { businessId } = requireMember(ctx, found, staffNotFound)
  const isOwn = membershipOf(ctx.actor, businessId)?.resourceId === resourceId
  if (!isOwn && !mayManage(roleIn(ctx.actor, businessId))) throw managersOnly()
  const schedule = validSchedule(wanted)
  const statements = scheduleStatements({ businessId, resourceId, updatedAt: ctx.clock.now() }, schedule)
  return ctx.commit({ statements, result: schedule })
}
