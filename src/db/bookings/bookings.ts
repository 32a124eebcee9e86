import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { bookingGroups } from '#db/booking-groups.ts'
import { branches } from '#db/branches.ts'
import { businesses } from '#db/businesses.ts'
import { coupons } from '#db/coupons.ts'
import { isOneOf } from '#db/database.ts'
import { customers } from '#db/customers.ts'
import { resourceKinds, resources } from '#db/resources.ts'
import { services } from '#db/services.ts'
import { sources } from '#db/sources.ts'
import {
  lapsingStatuses,
  blockingStatuses,
  bookingStatuses,
  paymentStatuses,
  remindedStatuses,
} from './booking-statuses.ts'

export const bookingKinds = ['appointment', 'stay', 'block'] as const

export const discountKinds = ['percent', 'fixed'] as const

/** The condition of the partial index below; a query that wants that index says it in the same words. */
export const blocking = isOneOf(sql.raw('"bookings"."status"'), blockingStatuses)

/** Likewise, for what may take longer than an appointment. */
export const lasting = sql`"bookings"."kind" <> 'appointment' and ${blocking}`

/** Likewise, for what keeps everybody out. */
export const keepingOut = sql`"bookings"."kind" = 'block' and ${blocking}`

export const unconfirmed = sql`"bookings"."makerId" is not null and ${isOneOf(sql.raw('"bookings"."status"'), lapsingStatuses)}`

/** Likewise, for what stands, and is to be told once more before it begins. */
export const reminding = sql`"bookings"."remindAt" is not null and "bookings"."remindedAt" is null
    and "bookings"."removedAt" is null and ${isOneOf(sql.raw('"bookings"."status"'), remindedStatuses)}`

export const day = 86_400_000
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
    /** What that is, which never changes: so nobody looks it up who reads many. */
    resourceKind: text({ enum: resourceKinds }),
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
    /** The coupon that the code is of; none where the code was only written down. */
    couponId: integer().references(() => coupons.id),
    discountMinor: integer().notNull(),
    /** The discount as it was given: hundredths of a percent, or minor units. */
    discountKind: text({ enum: discountKinds }),
    discountValue: integer(),
    paidMinor: integer().notNull(),
    /** What was asked for before the booking is confirmed, and until when; null asked for nothing. */
    prepaymentMinor: integer(),
    prepaymentDueAt: integer(),
    /** When the business noted that the prepayment was paid to it elsewhere. */
    prepaidAt: integer(),
    notes: text(),
    /** Where it comes from; null for what was made through an interface that does not say. */
    sourceId: integer(),
    customFields: text().notNull(),
    groupId: integer().references(() => bookingGroups.id),
    cancelReason: text(),
    /** 128 random bits that open the booking's card to whoever has them. */
    cardToken: text().notNull(),
    version: integer().notNull(),
    /** Whose limits it counts against until it is confirmed: an account's, 0 for the business's keys, null for nobody's. */
    makerId: integer(),
    /** Who entered it by hand, in the business's own numbers: 0 for the customer; null for what was booked. */
    enteredBy: integer(),
    /** When it is told once more before it begins: an instant, which follows the start where minutes before it are given. */
    remindAt: integer(),
    reminderMinutes: integer(),
    remindedAt: integer(),
    /** Set when it is taken out of sight; its history stays. */
    removedAt: integer(),
    /** Set when a hold ends that never became a booking: when to delete it. */
    forgetAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    foreignKey({ columns: [t.businessId, t.sourceId], foreignColumns: [sources.businessId, sources.id] }),
    // What was removed is passed over in the index: a list's count never touches the table.
    index('bookingsByStart').on(t.businessId, t.startAt, t.id, t.removedAt),
    index('bookingsByResource').on(t.businessId, t.resourceId, t.startAt, t.id, t.removedAt),
    index('bookingsByStatus').on(t.businessId, t.status, t.startAt, t.id, t.removedAt),
    index('bookingsByCustomer').on(t.businessId, t.customerId, t.startAt, t.id, t.removedAt),
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
        t.startAt,
        t.units,
        t.serviceId,
        t.expiresAt,
        t.status,
      )
      .where(blocking),
    // Only stays and blocks of time, which may have begun long before.
    index('bookingsLasting')
      .on(
        t.businessId,
        t.resourceId,
        t.blockedFromAt,
        t.blockedToAt,
        t.startAt,
        t.units,
        t.serviceId,
        t.expiresAt,
        t.status,
      )
      .where(lasting),
    index('bookingsKeepingOut')
      .on(t.businessId, t.resourceId, t.blockedFromAt, t.blockedToAt)
      .where(keepingOut),
    index('bookingsExpiring')
      .on(t.status, t.expiresAt)
      .where(sql`${t.expiresAt} is not null`),
    index('bookingsUnconfirmed').on(t.businessId, t.makerId, t.status, t.expiresAt).where(unconfirmed),
    index('bookingsByEdit')
      .on(t.businessId, t.updatedAt, t.id)
      .where(sql`${t.kind} <> 'appointment'`),
    // Also for the database itself, when a source is deleted.
    index('bookingsBySource')
      .on(t.businessId, t.sourceId, t.id)
      .where(sql`${t.sourceId} is not null`),
    index('bookingsByMaking')
      .on(t.businessId, t.createdAt, t.id)
      .where(sql`${t.kind} <> 'appointment'`),
    index('bookingsByPayment')
      .on(t.businessId, t.paymentStatus, t.id)
      .where(sql`${t.kind} <> 'appointment'`),
    uniqueIndex('bookingsByCardToken').on(t.cardToken),
    index('bookingsToForget')
      .on(t.forgetAt)
      .where(sql`${t.forgetAt} is not null`),
    index('bookingsToRemind').on(t.remindAt).where(reminding),
    check('bookingsKind', isOneOf(t.kind, bookingKinds)),
    check('bookingsResourceKind', isOneOf(t.resourceKind, resourceKinds)),
    check('bookingsStatus', isOneOf(t.status, bookingStatuses)),
    check('bookingsPaymentStatus', isOneOf(t.paymentStatus, paymentStatuses)),
    check(
      'bookingsOrder',
      sql`${t.startAt} < ${t.endAt} and ${t.blockedFromAt} <= ${t.startAt} and ${t.blockedToAt} >= ${t.endAt}`,
    ),
    // Queries for overlaps look back this far.
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
    check('bookingsCardToken', sql`length(${t.cardToken}) = 22`),
    // What keeps its slot is never out of sight.
    check('bookingsRemoved', sql`${t.removedAt} is null or not ${blocking}`),
    check('bookingsReminder', sql`${t.remindAt} is not null or ${t.reminderMinutes} is null`),
    check('bookingsCustomFields', sql`json_valid(${t.customFields})`),
    check(
      'bookingsTexts',
      sql`length(${t.customerName}) <= 256 and length(${t.customerEmail}) <= 254 and length(${t.customerPhone}) <= 40 and length(${t.notes}) <= 2000 and length(${t.couponCode}) <= 64 and length(${t.customFields}) <= 8192 and length(${t.cancelReason}) <= 500`,
    ),
  ],
)
