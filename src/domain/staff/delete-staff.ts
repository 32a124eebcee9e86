import { archiveResource, laterBookingsOfResource } from '#db/bookings/occupancy.ts'
import { ConstraintError } from '#db/database.ts'
import { staffById } from '#db/resources.ts'
import type { ScheduledRow } from '#db/resources.ts'
import { deleteAssignmentsOf } from '#db/services.ts'
import { newPlace } from '#domain/appointments/new-place.ts'
import { recordBooking } from '#domain/bookings/record-booking.ts'
import { requireOwner } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { staffNotFound } from '#domain/resources/resource.ts'

/** How many bookings one call moves: each of them is a few calls to storage, of which a request has a thousand. */
const mostMoves = 150

/**
 * Archives a staff member; the owner's alone. Throws conflict `staff.has_bookings` while bookings have yet to begin with them,
 * unless these go to `reassignTo`, whose hours, time off and services they keep to. They move one by one: when one does not
 * fit, conflict `staff.reassign_failed` names it and what was moved stays moved; conflict `staff.reassign_unfinished` when
 * there are too many for one call. Repeating goes on.
 */
export async function deleteStaff(
  ctx: Context,
  { id, reassignTo }: { id: number; reassignTo?: number | undefined },
): Promise<void> {
  const {
    found: [found],
    target: [target],
  } = await ctx.read({
    found: staffById({ id }),
    target: staffById({ id: reassignTo ?? 0 }),
  })
  const leaving = requireOwner(ctx, found, staffNotFound)
  if (reassignTo !== undefined) await reassign(ctx, leaving, target)

  const resource = { businessId: leaving.businessId, resourceId: id }
  try {
    await ctx.commit({
      statements: [archiveResource({ ...resource, now: ctx.clock.now() }), deleteAssignmentsOf(resource)],
      result: undefined,
    })
  } catch (error) {
    if (!(error instanceof ConstraintError && error.constraint === 'resources.active')) throw error
    const message = 'This staff member still has bookings to come'
    throw new DomainError('staff.has_bookings', { message, cause: error })
  }
}

async function reassign(
  ctx: Context,
  leaving: ScheduledRow,
  target: ScheduledRow | undefined,
): Promise<void> {
  const { id: resourceId, businessId } = leaving
  const isColleague = target?.businessId === businessId && target.id !== resourceId && target.active === 1
  if (!isColleague) {
    throw new DomainError('staff.not_found')
  }
  const now = ctx.clock.now()
  const [later] = await ctx.read([
    laterBookingsOfResource({ businessId, resourceId, now, limit: mostMoves + 1 }),
  ])
  for (const before of later.slice(0, mostMoves)) {
    try {
      const there = { startAt: before.startAt, resourceId: target.id, isMember: true }
      const { place } = await newPlace(ctx, before, there)
      const after = { ...before, ...place, version: before.version + 1, updatedAt: ctx.clock.now() }
      await recordBooking(ctx, { before, after, reason: 'reassigned' })
    } catch (error) {
      if (!(error instanceof DomainError && error.kind !== 'unavailable')) throw error
      const message = `Booking ${before.id} could not be moved: ${error.message}`
      throw new DomainError('staff.reassign_failed', { message, cause: error })
    }
  }
  if (later.length > mostMoves) {
    const message = `${mostMoves} bookings were moved and more are left, please repeat the request`
    throw new DomainError('staff.reassign_unfinished', { message })
  }
}
