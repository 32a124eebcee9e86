// What the card of a booking is made of.
import { and, desc, eq, isNull } from 'drizzle-orm'
import { branches } from '#db/branches.ts'
import { builder, statement } from '#db/database.ts'
import { bookings } from './bookings.ts'
import { bookingHistory } from './history.ts'
import { bookingFound } from './booking-row.ts'

/** A booking that is out of sight has no card. */
const withCard = (cardToken: string) => and(eq(bookings.cardToken, cardToken), isNull(bookings.removedAt))

export const bookingByCardToken = statement((given: { cardToken: string }) =>
  builder.select(bookingFound).from(bookings).where(withCard(given.cardToken)),
)

/** How the branch of a booking is found; `isDefault` is 1 or 0: whether that is at the business's own address. */
export const branchOnCard = statement((given: { cardToken: string }) =>
  builder
    .select({
      phone: branches.phone,
      email: branches.email,
      street: branches.street,
      city: branches.city,
      region: branches.region,
      postalCode: branches.postalCode,
      country: branches.country,
      isDefault: branches.isDefault,
    })
    .from(bookings)
    .innerJoin(branches, eq(branches.id, bookings.branchId))
    .where(withCard(given.cardToken)),
)

/** The last two states that a booking was in, the later one first. */
export const latestStates = statement((given: { cardToken: string }) =>
  builder
    .select()
    .from(bookingHistory)
    .where(
      eq(
        bookingHistory.bookingId,
        builder.select({ id: bookings.id }).from(bookings).where(withCard(given.cardToken)),
      ),
    )
    .orderBy(desc(bookingHistory.version))
    .limit(2),
)
