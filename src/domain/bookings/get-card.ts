import { bookingByCardToken, branchOnCard, latestStates } from '#db/bookings/card.ts'
import { listingByKey } from '#db/business-listings.ts'
import { actorColumns } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { personal } from '#domain/events/event-data.ts'
import { amountsOf } from './amounts.ts'
import type { Amounts } from './amounts.ts'
import { mayBecome, statusAt } from './booking-status.ts'
import type { BookingStatus } from './booking-status.ts'
import type { Booking } from './booking.ts'
import { undoOf } from './cancellation.ts'
import type { Undo } from './cancellation.ts'
import { toSeen } from './get-booking.ts'
import { isInTime, lastChangeAt } from './rights.ts'

/** What a booking's customer is shown of it, and what they may do with it now. */
export interface Card {
  /** Of one that has expired it is not said any more whose it was. */
  booking: Booking
  /** As it is at this instant. */
  status: BookingStatus
  business: {
    name: string
    email: string | null
    phone: string | null
    website: string | null
    /** The branch's own, else the business's where the branch is there; null where neither is known. */
    address: Address | null
  }
  amounts: Amounts
  mayMove: boolean
  mayCancel: boolean
  /** Until when it can be moved and cancelled; ms since 1970. */
  lastChangeAt: number
  undo: Undo | undefined
}

type Address = Record<'street' | 'city' | 'region' | 'postalCode' | 'country', string | null>

/** Null where none is known: the city is always said. */
function addressIn({ street, city, region, postalCode, country }: Address): Address | null {
  return city === null ? null : { street, city, region, postalCode, country }
}

const mayBeMoved: ReadonlySet<BookingStatus> = new Set([
  'pending',
  'awaiting_payment',
  'confirmed',
  'rescheduling',
])

/** A booking's card, for whoever has its token. Throws not_found. */
export async function getCard(ctx: Context, cardToken: string): Promise<Card> {
  const {
    found: [found],
    branch: [branch],
    states,
  } = await ctx.read({
    found: bookingByCardToken({ cardToken }),
    branch: branchOnCard({ cardToken }),
    states: latestStates({ cardToken }),
  })
  const seen = toSeen(ctx, found)
  const { booking } = seen
  const [listing] = (await ctx.read([listingByKey(booking.businessId)]))[0]
  if (!branch || !listing) throw new DomainError('booking.not_found')

  const now = ctx.clock.now()
  const status = statusAt(booking, now)
  const isInItsTime = isInTime(seen, now)
  const { name, website } = listing
  return {
    booking: status === 'expired' ? { ...booking, ...personal.booking } : booking,
    status,
    business: {
      name,
      email: branch.email ?? listing.email,
      phone: branch.phone ?? listing.phone,
      website,
      address: addressIn(branch) ?? (branch.isDefault === 1 ? addressIn(listing) : null),
    },
    amounts: amountsOf(booking),
    mayMove:
      isInItsTime && mayBeMoved.has(status) && booking.serviceId !== null && booking.resourceId !== null,
    mayCancel: isInItsTime && mayBecome(status, 'cancelled'),
    lastChangeAt: lastChangeAt(seen),
    undo: undoOf(booking, states, { by: actorColumns(ctx.caller), now }),
  }
}
