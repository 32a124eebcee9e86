import { eq, getTableColumns, sql } from 'drizzle-orm'
import { check, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { businesses } from '#db/businesses.ts'
import { builder, inserting, statement } from '#db/database.ts'
import type { Row } from '#db/database.ts'
import { resources } from '#db/resources.ts'
import { bookingStatuses } from './booking-statuses.ts'
import { bookings } from './bookings.ts'

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

export const insertBookingHistory = inserting(bookingHistory)

export const historyOfBooking = statement((given: { bookingId: number }) =>
  builder
    .select({
      ...getTableColumns(bookingHistory),
      resourceKind: sql<Row<typeof resources>['kind'] | null>`${resources.kind}`.as('resourceKind'),
    })
    .from(bookingHistory)
    .leftJoin(resources, eq(resources.id, bookingHistory.resourceId))
    .where(eq(bookingHistory.bookingId, given.bookingId))
    .orderBy(bookingHistory.version),
)
