// What somebody has begun in a business and not finished.
import { and, eq, gt, sql } from 'drizzle-orm'
import { builder, statement } from '#db/database.ts'
import { bookings, unconfirmed } from './bookings.ts'
import { bookingHistory } from './history.ts'

const ofMaker = (given: {
  businessId: number
  makerId: number
  now: number
}) => sql`"bookings"."businessId" = ${given.businessId}
    and "bookings"."makerId" = ${given.makerId} and ${unconfirmed}
    and "bookings"."expiresAt" > ${given.now}`

/**
 * What somebody has open in a business, as the triggers count it, too: holds, and bookings that nobody has confirmed or
 * paid. `letLapse` is 1 when their hold of this very slot lapsed since an instant.
 */
export const openOfMaker = statement(
  // Raw: one row of three looks, each by an index of its own.
  (given: {
    businessId: number
    makerId: number
    serviceId: number
    startAt: number
    now: number
    since: number
  }) => sql<{ holds: number; open: number; letLapse: 0 | 1 }>`
  select
    (select count(*) from "bookings" where ${ofMaker(given)} and "status" = 'held') as "holds",
    (select count(*) from "bookings" where ${ofMaker(given)} and "status" in ('pending', 'awaiting_payment')) as "open",
    exists (
      select 1 from "bookings"
      where "businessId" = ${given.businessId} and "startAt" = ${given.startAt}
        and "customerId" = (select "id" from "customers" where "accountId" = ${given.makerId}
          and "businessId" = ${given.businessId})
        and "makerId" = ${given.makerId} and "serviceId" = ${given.serviceId}
        and ("status" = 'held' and "expiresAt" between ${given.since} and ${given.now}
          or "status" = 'expired' and "forgetAt" is not null and "updatedAt" >= ${given.since})
    ) as "letLapse"
`,
)

/** The hold of a slot that somebody made and that still stands; `resourceId` null for any. */
export const findHoldOf = statement(
  (given: {
    actorType: string
    actorId: number | null
    businessId: number
    serviceId: number
    resourceId: number | null
    startAt: number
    now: number
  }) => {
    const { id, businessId, serviceId, resourceId, startAt, status } = bookings
    // What is held has an end: a CHECK says so.
    const expiresAt = sql<number>`${bookings.expiresAt}`.as('expiresAt')
    return builder
      .select({ id, expiresAt })
      .from(bookings)
      .innerJoin(bookingHistory, and(eq(bookingHistory.bookingId, id), eq(bookingHistory.version, 1)))
      .where(
        and(
          eq(businessId, given.businessId),
          eq(status, 'held'),
          eq(startAt, given.startAt),
          gt(bookings.expiresAt, given.now),
          eq(serviceId, given.serviceId),
          sql`${resourceId} = coalesce(${given.resourceId}, ${resourceId})`,
          eq(bookingHistory.actorType, given.actorType),
          sql`${bookingHistory.actorId} = ${given.actorId}`,
        ),
      )
      .orderBy(id)
      .limit(1)
  },
)
