// What somebody has begun in a business and not finished.
import { sql } from 'drizzle-orm'
import { compile } from '#db/database.ts'
import { unconfirmed } from './bookings.ts'

const ofMaker = sql`"bookings"."businessId" = ${sql.placeholder('businessId')}
    and "bookings"."makerId" = ${sql.placeholder('makerId')} and ${unconfirmed}
    and "bookings"."expiresAt" > ${sql.placeholder('now')}`

/**
 * What somebody has open in a business, as the triggers count it, too: holds, and bookings that nobody has confirmed or
 * paid. `letLapse` is 1 when their hold of this very slot lapsed since an instant.
 */
export const openOfMaker = compile<
  { holds: number; open: number; letLapse: 0 | 1 },
  { businessId: number; makerId: number; serviceId: number; startAt: number; now: number; since: number }
>(sql`
  select
    (select count(*) from "bookings" where ${ofMaker} and "status" = 'held') as "holds",
    (select count(*) from "bookings" where ${ofMaker} and "status" in ('pending', 'awaiting_payment')) as "open",
    exists (
      select 1 from "bookings"
      where "businessId" = ${sql.placeholder('businessId')} and "startAt" = ${sql.placeholder('startAt')}
        and "customerId" = (select "id" from "customers" where "accountId" = ${sql.placeholder('makerId')}
          and "businessId" = ${sql.placeholder('businessId')})
        and "makerId" = ${sql.placeholder('makerId')} and "serviceId" = ${sql.placeholder('serviceId')}
        and ("status" = 'held' and "expiresAt" between ${sql.placeholder('since')} and ${sql.placeholder('now')}
          or "status" = 'expired' and "forgetAt" is not null and "updatedAt" >= ${sql.placeholder('since')})
    ) as "letLapse"
`)

/** The hold of a slot that somebody made and that still stands; `resourceId` null for any. */
export const findHoldOf = compile<
  { id: number; expiresAt: number },
  {
    actorType: string
    actorId: number | null
    businessId: number
    serviceId: number
    resourceId: number | null
    startAt: number
    now: number
  }
>(sql`
  select "bookings"."id", "expiresAt" from "bookings"
  join "bookingHistory" on "bookingHistory"."bookingId" = "bookings"."id" and "bookingHistory"."version" = 1
  where "bookings"."businessId" = ${sql.placeholder('businessId')} and "bookings"."status" = 'held'
    and "bookings"."startAt" = ${sql.placeholder('startAt')} and "expiresAt" > ${sql.placeholder('now')}
    and "serviceId" = ${sql.placeholder('serviceId')}
    and "bookings"."resourceId" = coalesce(${sql.placeholder('resourceId')}, "bookings"."resourceId")
    and "actorType" = ${sql.placeholder('actorType')} and "actorId" = ${sql.placeholder('actorId')}
  order by "bookings"."id" limit 1
`)
