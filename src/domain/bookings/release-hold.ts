import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { cancelBooking } from './cancel-booking.ts'
import { getBooking } from './get-booking.ts'

/** Gives a held slot back at once. Throws not_found for what is not, or no longer, a hold of the caller's. */
export async function releaseHold(ctx: Context, id: number): Promise<void> {
  const { booking } = await getBooking(ctx, id)
  if (booking.status !== 'held' || (booking.expiresAt ?? 0) <= ctx.clock.now()) {
    throw new DomainError('hold.not_found')
  }
  await cancelBooking(ctx, { id, ifVersion: booking.version, reason: 'released' })
}
