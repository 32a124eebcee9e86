import { eq, sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { bookingGroups } from './booking-groups.ts'
import { branches, businesses } from './businesses.ts'
import { build, builder, columnsOf, compile, differences, inserting, isOneOf } from './database.ts'
import type { Row, Statement } from './database.ts'
import { customers, erased } from './customers.ts'
import type { Erased } from './customers.ts'
import { listing } from './page.ts'
import type { Window } from './page.ts'
import { resources } from './resources.ts'
import { services } from './services.ts'
import { sources } from './sources.ts'

export const bookingKinds = ['appointment', 'stay', 'block'] as const

/** Those that end by themselves when their time is up. */
export const lapsingStatuses = ['held', 'pending', 'awaiting_payment'] as const
/** Those in which a booking takes its slot. */
export const blockingStatuses = [...lapsingStatuses, 'confirmed', 'rescheduling', 'checked_in'] as const
export const bookingStatuses = [
  ...blockingStatuses,
  'completed',
  'cancelled',
  'declined',
  'expired',
  'no_show',
] as const

export const paymentStatuses = [
  'not_required',
  'unpaid',
  'partially_paid',
  'paid',
  'refunded',
  'failed',
] as const

export const discountKinds = ['percent', 'fixed'] as const

/** The condition of the partial index below; a query that wants that index says it in the same words. */
export const blocking = isOneOf(sql.raw('"bookings"."status"'), blockingStatuses)

/** Likewise, for what may take longer than an appointment. */
export const lasting = sql`"bookings"."kind" <> 'appointment' and ${blocking}`

const unconfirmed = sql`"bookings"."makerId" is not null and ${isOneOf(sql.raw('"bookings"."status"'), lapsingStatuses)}`

const day = 86_400_000
/** How long an appointment with its buffers takes at most, and anything at all: so far back it is looked for. */
export const longestAppointmentMs = 3 * day
export const longestMs = 400 * day

export const bookings = sqliteTable(
  'bookings',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    branchId: integer()
      .notNull()
      .references(() => branches.id),
    kind: text({ enum: bookingKinds }).notNull(),
    serviceId: integer().references(() => services.id),
    resourceId: integer().references(() => resources.id),
    customerId: integer().references(() => customers.id),
    /** Contact details as given for this booking. */
    customerName: text(),
    customerEmail: text(),
    customerPhone: text(),
    startAt: integer().notNull(),
    endAt: integer().notNull(),
    /** The time taken up, buffers included. */
    blockedFromAt: integer().notNull(),
    blockedToAt: integer().notNull(),
    units: integer().notNull(),
    capacity: integer().notNull(),
    timeZone: text().notNull(),
    status: text({ enum: bookingStatuses }).notNull(),
    /** Until when a hold, or a wait for the business or a payment, keeps its slot. */
    expiresAt: integer(),
    /** When it was confirmed for the first time. */
    confirmedAt: integer(),
    paymentStatus: text({ enum: paymentStatuses }).notNull(),
    priceMinor: integer().notNull(),
    currency: text().notNull(),
    couponCode: text(),
    discountMinor: integer().notNull(),
    /** The discount as it was given: hundredths of a percent, or minor units. */
    discountKind: text({ enum: discountKinds }),
    discountValue: integer(),
    paidMinor: integer().notNull(),
    /** What was asked for before the booking is confirmed, and until when; null asked for nothing. */
    prepaymentMinor: integer(),
    prepaymentDueAt: integer(),
    notes: text(),
    /** Where it comes from; null for what was made through an interface that does not say. */
    sourceId: integer(),
    customFields: text().notNull(),
    groupId: integer().references(() => bookingGroups.id),
    cancelReason: text(),
    version: integer().notNull(),
    /** Whose limits it counts against until it is confirmed: an account's, 0 for the business's keys, null for nobody's. */
    makerId: integer(),
    /** Set when it is taken out of sight; its history stays. */
    removedAt: integer(),
    /** Set when a hold ends that never became a booking: when to delete it. */
    forgetAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    foreignKey({ columns: [t.businessId, t.sourceId], foreignColumns: [sources.businessId, sources.id] }),
    index('bookingsByStart').on(t.businessId, t.startAt, t.id),
    index('bookingsByResource').on(t.businessId, t.resourceId, t.startAt, t.id),
    index('bookingsByStatus').on(t.businessId, t.status, t.startAt, t.id),
    index('bookingsByCustomer').on(t.businessId, t.customerId, t.startAt, t.id),
    index('bookingsByGroup')
      .on(t.groupId, t.id)
      .where(sql`${t.groupId} is not null`),
    // Covers what the search reads, so that a month of it never touches the table.
    index('bookingsBlocking')
      .on(
        t.businessId,
        t.resourceId,
        t.blockedFromAt,
        t.blockedToAt,
        t.units,
        t.capacity,
        t.serviceId,
        t.expiresAt,
        t.status,
      )
      .where(blocking),
    // The few that may have begun long before: stays and blocks of time.
    index('bookingsLasting')
      .on(
        t.businessId,
        t.resourceId,
        t.blockedFromAt,
        t.blockedToAt,
        t.units,
        t.capacity,
        t.serviceId,
        t.expiresAt,
        t.status,
      )
      .where(lasting),
    index('bookingsExpiring')
      .on(t.status, t.expiresAt)
      .where(sql`${t.expiresAt} is not null`),
    index('bookingsUnconfirmed').on(t.businessId, t.makerId, t.status, t.expiresAt).where(unconfirmed),
    index('bookingsToForget')
      .on(t.forgetAt)
      .where(sql`${t.forgetAt} is not null`),
    check('bookingsKind', isOneOf(t.kind, bookingKinds)),
    check('bookingsStatus', isOneOf(t.status, bookingStatuses)),
    check('bookingsPaymentStatus', isOneOf(t.paymentStatus, paymentStatuses)),
    check(
      'bookingsOrder',
      sql`${t.startAt} < ${t.endAt} and ${t.blockedFromAt} <= ${t.startAt} and ${t.blockedToAt} >= ${t.endAt}`,
    ),
    // What overlaps an interval is looked for this far before it.
    check(
      'bookingsLength',
      sql`${t.blockedToAt} - ${t.blockedFromAt} <= case ${t.kind} when 'appointment' then ${sql.raw(String(longestAppointmentMs))} else ${sql.raw(String(longestMs))} end`,
    ),
    check('bookingsUnits', sql`${t.units} between 1 and ${t.capacity}`),
    check('bookingsExpiry', sql`${t.expiresAt} is null or ${isOneOf(t.status, lapsingStatuses)}`),
    check('bookingsHeld', sql`${t.status} <> 'held' or ${t.expiresAt} is not null`),
    check(
      'bookingsMoney',
      sql`${t.priceMinor} >= 0 and ${t.discountMinor} >= 0 and ${t.paidMinor} >= 0 and ${t.prepaymentMinor} >= 0`,
    ),
    check(
      'bookingsDiscount',
      sql`(${t.discountKind} is null) = (${t.discountValue} is null) and ${isOneOf(t.discountKind, discountKinds)} and ${t.discountValue} >= 0 and (${t.discountKind} = 'fixed' or ${t.discountValue} <= 10000)`,
    ),
    check('bookingsCustomFields', sql`json_valid(${t.customFields})`),
    check(
      'bookingsTexts',
      sql`length(${t.customerName}) <= 256 and length(${t.customerEmail}) <= 254 and length(${t.customerPhone}) <= 40 and length(${t.notes}) <= 2000 and length(${t.couponCode}) <= 64 and length(${t.customFields}) <= 8192 and length(${t.cancelReason}) <= 500`,
    ),
  ],
)

/** A booking, and what its source is called. */
export type BookingRow = Row<typeof bookings> & { source: string | null }

const bookingColumns = sql`${columnsOf(bookings)},
  (select "name" from "sources"
    where "businessId" = "bookings"."businessId" and "id" = "bookings"."sourceId") as "source"`

/** Every state a booking was in: its key also keeps two changes from starting out of the same one. */
export const bookingHistory = sqliteTable(
  'bookingHistory',
  {
    bookingId: integer()
      .notNull()
      .references(() => bookings.id),
    version: integer().notNull(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    status: text({ enum: bookingStatuses }).notNull(),
    resourceId: integer(),
    startAt: integer().notNull(),
    endAt: integer().notNull(),
    reason: text(),
    actorType: text().notNull(),
    actorId: integer(),
    requestId: text().notNull(),
    createdAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.bookingId, t.version] }),
    check('bookingHistoryReason', sql`length(${t.reason}) <= 500`),
  ],
)

export const insertBooking = inserting(bookings)
export const insertBookingHistory = inserting(bookingHistory)

/** Writes only what differs, so that only the indexes concerned are touched. */
export function updateBookingColumns(before: Row<typeof bookings>, after: Row<typeof bookings>): Statement {
  return build(builder.update(bookings).set(differences(before, after)).where(eq(bookings.id, after.id)))
}

/** What the lock needs to know of a booking. */
export type BookingOccupancy = Pick<
  Row<typeof bookings>,
  | 'id'
  | 'version'
  | 'businessId'
  | 'resourceId'
  | 'serviceId'
  | 'blockedFromAt'
  | 'blockedToAt'
  | 'units'
  | 'capacity'
  | 'status'
  | 'expiresAt'
>
const occupancyColumns = sql.raw(
  '"id", "version", "businessId", "resourceId", "serviceId", "blockedFromAt", "blockedToAt", "units", "capacity", "status", "expiresAt"',
)

const onResource = sql`"businessId" = ${sql.placeholder('businessId')} and "resourceId" = ${sql.placeholder('resourceId')}
    and "blockedToAt" > ${sql.placeholder('now')} - ${sql.raw(String(day))}`
const earliestAppointment = sql`${sql.placeholder('now')} - ${sql.raw(String(day + longestAppointmentMs))}`

/** Everything on a resource that blocks since yesterday. */
export const blockingOfResource = compile<
  BookingOccupancy,
  { businessId: number; resourceId: number; now: number }
>(sql`
  select ${occupancyColumns} from "bookings" indexed by "bookingsBlocking"
  where ${onResource} and ${blocking} and "blockedFromAt" >= ${earliestAppointment}
  union all
  select ${occupancyColumns} from "bookings" indexed by "bookingsLasting"
  where ${onResource} and ${lasting} and "blockedFromAt" < ${earliestAppointment}
    and "blockedFromAt" > ${sql.placeholder('now')} - ${sql.raw(String(day + longestMs))}
`)

export const occupanciesByIds = compile<BookingOccupancy, { ids: string }>(sql`
  select ${occupancyColumns} from "bookings"
  where "id" in (select value from json_each(${sql.placeholder('ids')}))
`)

/** A booking with the account that it was made for, and how long before its start its customer may still change it. */
export const bookingById = compile<
  BookingRow & { customerAccountId: number | null; changeNoticeMinutes: number | null },
  { id: number }
>(sql`
  select ${bookingColumns},
    (select "accountId" from "customers" where "id" = "bookings"."customerId") as "customerAccountId",
    (select "changeNoticeMinutes" from "services" where "id" = "bookings"."serviceId") as "changeNoticeMinutes"
  from "bookings" where "id" = ${sql.placeholder('id')}
`)

export const historyOfBooking = compile<Row<typeof bookingHistory>, { bookingId: number }>(sql`
  select ${columnsOf(bookingHistory)} from "bookingHistory"
  where "bookingId" = ${sql.placeholder('bookingId')} order by "version"
`)

/** Bookings of a status whose time was up before an instant, the first first; from behind the last one seen. */
export const lapsedBookings = compile<
  BookingRow,
  { status: string; before: number; afterAt: number; afterId: number; limit: number }
>(sql`
  select ${bookingColumns} from "bookings" indexed by "bookingsExpiring"
  where "status" = ${sql.placeholder('status')} and "expiresAt" < ${sql.placeholder('before')}
    and ("expiresAt", "id") > (${sql.placeholder('afterAt')}, ${sql.placeholder('afterId')})
  order by "expiresAt", "id" limit ${sql.placeholder('limit')}
`)

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

/** Holds that ended a while ago and never became bookings, with whom they were for. */
export const holdsToForget = compile<
  { id: number; customerId: number | null },
  { now: number; limit: number }
>(sql`
  select "id", "customerId" from "bookings"
  where "forgetAt" <= ${sql.placeholder('now')} order by "forgetAt" limit ${sql.placeholder('limit')}
`)

/** Those among bookings (JSON ids) that are to be forgotten still. */
const forgotten = sql`select "id" from "bookings"
  where "id" in (select value from json_each(${sql.placeholder('ids')})) and "forgetAt" <= ${sql.placeholder('now')}`

export const deleteHistoryOfHolds = compile<unknown, { ids: string; now: number }>(sql`
  delete from "bookingHistory" where "bookingId" in (${forgotten})
`)

export const deleteHolds = compile<unknown, { ids: string; now: number }>(sql`
  delete from "bookings" where "id" in (${forgotten})
`)

/** Deletes those customers (JSON ids) whom no booking names. */
export const deleteCustomersWithoutBookings = compile<unknown, { ids: string }>(sql`
  delete from "customers" where "id" in (select value from json_each(${sql.placeholder('ids')}))
    and not exists (select 1 from "bookings"
      where "businessId" = "customers"."businessId" and "customerId" = "customers"."id")
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

export interface BookingFilter {
  businessId?: number | undefined
  /** Bookings made for this account, in any business. */
  accountId?: number | undefined
  fromAt?: number | undefined
  toAt?: number | undefined
  status?: BookingRow['status'] | undefined
  resourceId?: number | undefined
  customerId?: number | undefined
}

/** Bookings by their start, the latest first. */
export function bookingList(filter: BookingFilter, window: Window, countUpTo: number) {
  const { businessId, accountId, fromAt, toAt, status, resourceId, customerId } = filter
  const conditions = [
    businessId !== undefined && eq(bookings.businessId, businessId),
    accountId !== undefined &&
      sql`(${bookings.businessId}, ${bookings.customerId}) in (
        select "businessId", "id" from "customers" where "accountId" = ${accountId})`,
    fromAt !== undefined && sql`${bookings.startAt} >= ${fromAt}`,
    toAt !== undefined && sql`${bookings.startAt} < ${toAt}`,
    status !== undefined && eq(bookings.status, status),
    resourceId !== undefined && eq(bookings.resourceId, resourceId),
    customerId !== undefined && eq(bookings.customerId, customerId),
  ].filter((condition) => condition !== false)
  const query = {
    columns: bookingColumns,
    from: sql`${bookings}`,
    where: sql.join(conditions, sql` and `),
    key: [sql`${bookings.startAt}`, sql`${bookings.id}`],
    descending: true,
  }
  return listing<BookingRow>(query, window, countUpTo)
}

/** Bookings, each once for every resource whose lock may know of it. */
export const bookingsWithResources = compile<
  BookingOccupancy & { lockedResourceId: number },
  { ids: string }
>(sql`
  select "bookings"."id", "bookings"."version", "bookings"."businessId", "bookings"."resourceId", "serviceId",
    "blockedFromAt", "blockedToAt", "units", "capacity", "bookings"."status", "expiresAt",
    "places"."resourceId" as "lockedResourceId"
  from "bookings" join (
    select distinct "bookingId", "resourceId" from "bookingHistory"
    where "bookingId" in (select value from json_each(${sql.placeholder('ids')})) and "resourceId" is not null
  ) as "places" on "places"."bookingId" = "bookings"."id"
`)

/** What of a booking tells of its customer, in the words of the trigger that lets nobody be erased while something does. */
const telling = sql.raw(
  `("customerName" is not null or "customerEmail" is not null or "customerPhone" is not null
    or "notes" is not null or "customFields" <> '{}' or "cancelReason" is not null
    or exists (select 1 from "stays" where "bookingId" = "bookings"."id"
      and ("kidsAges" is not null or "doorCode" is not null or "details" <> '{}')))`,
)

/** Customers' bookings that tell of them still, and whether anybody was told of each: of a mere hold, nobody was. */
export const bookingsToErase = compile<BookingRow & { wasTold: 0 | 1 }, Erased & { limit: number }>(sql`
  select ${bookingColumns}, ("status" <> 'held' and "forgetAt" is null) as "wasTold"
  from (${erased}) as "erased" cross join "bookings"
    on "bookings"."businessId" = "erased"."businessId" and "bookings"."customerId" = "erased"."id"
  where ${telling}
  limit ${sql.placeholder('limit')}
`)

/** Takes the contact out of bookings (JSON ids), and all that was written freely. */
export const erasePersonFromBookings = compile<unknown, { ids: string; now: number }>(sql`
  update "bookings" set "customerName" = null, "customerEmail" = null, "customerPhone" = null,
    "notes" = null, "customFields" = '{}', "cancelReason" = null,
    "version" = "version" + 1, "updatedAt" = ${sql.placeholder('now')}
  where "id" in (select value from json_each(${sql.placeholder('ids')}))
`)

/** How old the children were, what opened the door, and all that was written down of the guests. */
export const erasePersonFromStays = compile<unknown, { ids: string }>(sql`
  update "stays" set "kidsAges" = null, "doorCode" = null, "details" = '{}'
  where "bookingId" in (select value from json_each(${sql.placeholder('ids')}))
`)

export const erasePersonFromBookingHistory = compile<unknown, { ids: string }>(sql`
  update "bookingHistory" set "reason" = null
  where "bookingId" in (select value from json_each(${sql.placeholder('ids')}))
`)

/** The events of bookings (JSON ids): each came of a request that is in the history. */
const eventsOfBookings = sql`
  select "told"."id" from "bookingHistory" as "step" cross join "events" as "told"
    on "told"."requestId" = "step"."requestId" and "told"."subjectId" = "step"."bookingId"
  where "step"."bookingId" in (select value from json_each(${sql.placeholder('ids')})) and "told"."subject" = 'booking'`

/** Events tell of a booking as it then was, so the person is taken out of what they tell, too. */
export const erasePersonFromBookingEvents = compile<unknown, { ids: string }>(sql`
  update "events" set "data" = json_replace("data", '$.customerName', null, '$.customerEmail', null,
    '$.customerPhone', null, '$.notes', null, '$.customFields', '{}', '$.cancelReason', null)
  where "id" in (${eventsOfBookings})
`)

/** Receivers may have answered with what they were told. */
export const erasePersonFromAnswers = compile<unknown, { ids: string }>(sql`
  update "webhookAttempts" set "responseHeaders" = null, "responseBody" = null
  where "deliveryId" in (select "id" from "webhookDeliveries" where "eventId" in (${eventsOfBookings}))
`)

/** A state behind the one that each of the bookings was in: `steps` is JSON [[bookingId, version]], of those versions. */
export const insertErasures = compile<
  unknown,
  { steps: string; reason: string; actorType: string; actorId: number | null; requestId: string; now: number }
>(sql`
  insert into "bookingHistory" ("bookingId", "version", "businessId", "status", "resourceId", "startAt", "endAt",
    "reason", "actorType", "actorId", "requestId", "createdAt")
  select "bookings"."id", "steps"."value" ->> 1, "businessId", "status", "resourceId", "startAt", "endAt",
    ${sql.placeholder('reason')}, ${sql.placeholder('actorType')}, ${sql.placeholder('actorId')},
    ${sql.placeholder('requestId')}, ${sql.placeholder('now')}
  from json_each(${sql.placeholder('steps')}) as "steps" join "bookings" on "bookings"."id" = "steps"."value" ->> 0
`)

const blocksLater = sql`"bookings"."businessId" = ${sql.placeholder('businessId')}
  and "bookings"."resourceId" = ${sql.placeholder('resourceId')} and ${blocking} and "bookings"."kind" <> 'block'
  and "bookings"."blockedFromAt" > ${sql.placeholder('now')} - 86400000 and "bookings"."startAt" > ${sql.placeholder('now')}
  and ("bookings"."expiresAt" is null or "bookings"."expiresAt" > ${sql.placeholder('now')})`

/** Bookings that have yet to begin and keep their slot on a resource, the earliest first. */
export const laterBookingsOfResource = compile<
  BookingRow,
  { businessId: number; resourceId: number; now: number; limit: number }
>(sql`
  select ${bookingColumns} from "bookings" where ${blocksLater}
  order by "bookings"."blockedFromAt" limit ${sql.placeholder('limit')}
`)

/** Fails on `resources.active` while bookings have yet to begin there: so none is made in between. */
export const archiveResource = compile<unknown, { businessId: number; resourceId: number; now: number }>(sql`
  update "resources" set "archivedAt" = ${sql.placeholder('now')}, "updatedAt" = ${sql.placeholder('now')},
    "active" = case when exists (select 1 from "bookings" where ${blocksLater}) then null else 0 end
  where "id" = ${sql.placeholder('resourceId')} and "archivedAt" is null
`)
