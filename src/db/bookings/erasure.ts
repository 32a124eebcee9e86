// Takes a person out of their bookings, and out of everything that tells of them.
import { inArray, sql } from 'drizzle-orm'
import { among, builder, columnsOf, statement } from '#db/database.ts'
import { events } from '#db/events.ts'
import { stays } from '#db/stays.ts'
import { emptyAnswersTo } from '#db/webhooks/attempts.ts'
import { erased } from '#db/customers.ts'
import type { Erased } from '#db/customers.ts'
import { booking } from './booking-row.ts'
import type { BookingRow } from './booking-row.ts'
import { bookings } from './bookings.ts'
import { bookingHistory } from './history.ts'

/** What of a booking tells of its customer, in the words of the trigger that lets nobody be erased while something does. */
const telling = sql.raw(
  `("customerName" is not null or "customerEmail" is not null or "customerPhone" is not null
    or "notes" is not null or "customFields" <> '{}' or "cancelReason" is not null
    or exists (select 1 from "stays" where "bookingId" = "bookings"."id"
      and ("kidsAges" is not null or "doorCode" is not null or "details" <> '{}')))`,
)

/** Customers' bookings that tell of them still, and whether anybody was told of each: of a mere hold, nobody was. */
export const bookingsToErase = statement(
  // Raw: its cross join keeps the order, customers first.
  (given: Erased & { limit: number }) => sql<BookingRow & { wasTold: 0 | 1 }>`
  select ${columnsOf(booking)}, (("status" <> 'held' or "enteredBy" is not null) and "forgetAt" is null) as "wasTold"
  from (${erased(given)}) as "erased" cross join "bookings"
    on "bookings"."businessId" = "erased"."businessId" and "bookings"."customerId" = "erased"."id"
  where ${telling}
  limit ${given.limit}
`,
)

/** Takes the contact out of bookings (JSON ids), and all that was written freely. */
export const erasePersonFromBookings = statement((given: { ids: string; now: number }) =>
  builder
    .update(bookings)
    .set({
      customerName: null,
      customerEmail: null,
      customerPhone: null,
      notes: null,
      customFields: '{}',
      cancelReason: null,
      version: sql`${bookings.version} + 1`,
      updatedAt: given.now,
    })
    .where(inArray(bookings.id, among(given.ids))),
)

/** How old the children were, what opened the door, and all that was written down of the guests. */
export const erasePersonFromStays = statement((given: { ids: string }) =>
  builder
    .update(stays)
    .set({ kidsAges: null, doorCode: null, details: '{}' })
    .where(inArray(stays.bookingId, among(given.ids))),
)

export const erasePersonFromBookingHistory = statement((given: { ids: string }) =>
  builder
    .update(bookingHistory)
    .set({ reason: null })
    .where(inArray(bookingHistory.bookingId, among(given.ids))),
)

/** The events of bookings (JSON ids): each came of a request that is in the history. */
const eventsOfBookings = (given: { ids: string }) => sql`(
  select "told"."id" from "bookingHistory" as "step" cross join "events" as "told"
    on "told"."requestId" = "step"."requestId" and "told"."subjectId" = "step"."bookingId"
  where "step"."bookingId" in (select value from json_each(${given.ids})) and "told"."subject" = 'booking')`

/** Events tell of a booking as it then was, so the person is taken out of what they tell, too. */
export const erasePersonFromBookingEvents = statement((given: { ids: string }) => {
  const data = sql`json_replace(${events.data}, '$.customerName', null, '$.customerEmail', null,
    '$.customerPhone', null, '$.notes', null, '$.customFields', '{}', '$.cancelReason', null)`
  return builder
    .update(events)
    .set({ data })
    .where(inArray(events.id, eventsOfBookings(given)))
})

/** Receivers may have answered with what they were told. */
export const erasePersonFromAnswers = statement((given: { ids: string }) =>
  emptyAnswersTo(eventsOfBookings(given)),
)

/** A state behind the one that each of the bookings was in: `steps` is JSON [[bookingId, version]], of those versions. */
export const insertErasures = statement(
  // Raw: an insert-select out of JSON.
  (given: {
    steps: string
    reason: string
    actorType: string
    actorId: number | null
    requestId: string
    now: number
  }) => sql`
  insert into "bookingHistory" ("bookingId", "version", "businessId", "status", "resourceId", "startAt", "endAt",
    "reason", "actorType", "actorId", "requestId", "createdAt")
  select "bookings"."id", "steps"."value" ->> 1, "businessId", "status", "resourceId", "startAt", "endAt",
    ${given.reason}, ${given.actorType}, ${given.actorId},
    ${given.requestId}, ${given.now}
  from json_each(${given.steps}) as "steps" join "bookings" on "bookings"."id" = "steps"."value" ->> 0
`,
)
