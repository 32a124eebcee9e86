import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { resources } from './resources.ts'

/** What a client books. */
export const services = sqliteTable(
  'services',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    name: text().notNull(),
    description: text(),
    durationMinutes: integer().notNull(),
    priceMinor: integer().notNull(),
    currency: text().notNull(),
    bufferBeforeMinutes: integer().notNull(),
    bufferAfterMinutes: integer().notNull(),
    capacity: integer().notNull(),
    slotIntervalMinutes: integer(),
    minNoticeMinutes: integer().notNull(),
    maxAdvanceDays: integer(),
    confirmation: text({ enum: ['instant', 'approval'] }).notNull(),
    /** Paid before the booking is confirmed; null asks for nothing. */
    prepaymentMinor: integer(),
    active: integer().notNull(),
    archivedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    index('servicesByBusiness').on(t.businessId, t.id),
    check('servicesDuration', sql`${t.durationMinutes} between 1 and 1440`),
    check(
      'servicesBuffers',
      sql`${t.bufferBeforeMinutes} between 0 and 1440 and ${t.bufferAfterMinutes} between 0 and 1440`,
    ),
    check('servicesCapacity', sql`${t.capacity} >= 1`),
    check(
      'servicesPrice',
      sql`${t.priceMinor} >= 0 and coalesce(${t.prepaymentMinor}, 0) between 0 and ${t.priceMinor}`,
    ),
    check('servicesConfirmation', sql`${t.confirmation} in ('instant', 'approval')`),
    check('servicesActive', sql`${t.active} in (0, 1)`),
  ],
)

/** Who performs a service. */
export const serviceResources = sqliteTable(
  'serviceResources',
  {
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    serviceId: integer()
      .notNull()
      .references(() => services.id),
    resourceId: integer()
      .notNull()
      .references(() => resources.id),
  },
  (t) => [
    primaryKey({ columns: [t.serviceId, t.resourceId] }),
    index('serviceResourcesByResource').on(t.resourceId),
  ],
)
