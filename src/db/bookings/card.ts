// What the card of a booking is made of.
import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { branches } from '#db/branches.ts'
import { builder, statement } from '#db/database.ts'
import { resources } from '#db/resources.ts'
import { services } from '#db/services.ts'
import { bookings } from './bookings.ts'
import { bookingHistory } from './history.ts'
import { bookingFound } from './booking-row.ts'

/** A booking that is out of sight has no card. */
const withCard = (cardToken: string) => and(eq(bookings.cardToken, cardToken), isNull(bookings.removedAt))

export const bookingByCardToken = statement((given: { cardToken: string }) =>
  builder.select(bookingFound).from(bookings).where(withCard(given.cardToken)),
)

/** The names of what a booking names, and how its branch is found; `isDefaultBranch` is 1 or 0: whether that is at the business's own address. */
export const namesOnCard = statement((given: { cardToken: string }) =>
  builder
    .select({
      serviceName: sql<string | null>`${services.name}`.as('serviceName'),
      resourceName: sql<string | null>`${resources.name}`.as('resourceName'),
      branchName: sql<string>`${branches.name}`.as('branchName'),
      phone: branches.phone,
      email: branches.email,
      street: branches.street,
      city: branches.city,
      region: branches.region,
      postalCode: branches.postalCode,
      country: branches.country,
      isDefaultBranch: sql<number>`${branches.isDefault}`.as('isDefaultBranch'),
    })
    .from(bookings)
    .innerJoin(branches, eq(branches.id, bookings.branchId))
    .leftJoin(services, eq(services.id, bookings.serviceId))
    .leftJoin(resources, eq(resources.id, bookings.resourceId))
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
