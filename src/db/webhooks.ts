import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { events } from './events.ts'

/** Where a business wants to be told of its events, and how that has gone lately. */
export const webhookEndpoints = sqliteTable(
  'webhookEndpoints',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    url: text().notNull(),
    /** JSON array of event types, or patterns such as "booking.*". */
    events: text().notNull(),
    format: text({ enum: ['native', 'property', 'rubitime'] }).notNull(),
    active: integer().notNull(),
    /** Encrypted with a key from the Worker's secrets. */
    sealedSecret: text().notNull(),
    /** During a rotation: the secret that comes next, and until when the present one still signs. */
    sealedNextSecret: text(),
    nextSecretAt: integer(),
    /** Failures since the last success; from five on its deliveries are parked. */
    failures: integer().notNull(),
    failingSinceAt: integer(),
    parkedAt: integer(),
    lastSuccessAt: integer(),
    disabledAt: integer(),
    disabledReason: text(),
    deletedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    index('webhookEndpointsByBusiness').on(t.businessId, t.id),
    check('webhookEndpointsFormat', sql`${t.format} in ('native', 'property', 'rubitime')`),
    check('webhookEndpointsActive', sql`${t.active} in (0, 1)`),
    check('webhookEndpointsEvents', sql`json_valid(${t.events})`),
  ],
)

/** One event on its way to one endpoint. */
export const webhookDeliveries = sqliteTable(
  'webhookDeliveries',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    endpointId: integer()
      .notNull()
      .references(() => webhookEndpoints.id),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    /** The event's place in the business's order. */
    sequence: integer().notNull(),
    trigger: text({ enum: ['event', 'ping', 'redelivery', 'replay'] }).notNull(),
    status: text({ enum: ['pending', 'sending', 'parked', 'succeeded', 'failed', 'skipped'] }).notNull(),
    attempts: integer().notNull(),
    nextAttemptAt: integer(),
    createdAt: integer().notNull(),
    finishedAt: integer(),
  },
  (t) => [
    // Fan-out may come twice; the delivery is there once.
    uniqueIndex('webhookDeliveriesOnce')
      .on(t.endpointId, t.eventId)
      .where(sql`${t.trigger} = 'event'`),
    index('webhookDeliveriesByEndpoint').on(t.endpointId, t.status, t.sequence, t.id),
    index('webhookDeliveriesDue')
      .on(t.nextAttemptAt)
      .where(sql`${t.nextAttemptAt} is not null`),
    index('webhookDeliveriesByEvent').on(t.eventId),
    index('webhookDeliveriesByAge').on(t.createdAt),
    check('webhookDeliveriesTrigger', sql`${t.trigger} in ('event', 'ping', 'redelivery', 'replay')`),
    check(
      'webhookDeliveriesStatus',
      sql`${t.status} in ('pending', 'sending', 'parked', 'succeeded', 'failed', 'skipped')`,
    ),
  ],
)

/** One try. Its row is written before the request leaves: whoever writes it is the one who sends. */
export const webhookAttempts = sqliteTable(
  'webhookAttempts',
  {
    deliveryId: integer()
      .notNull()
      .references(() => webhookDeliveries.id),
    attempt: integer().notNull(),
    startedAt: integer().notNull(),
    durationMs: integer(),
    statusCode: integer(),
    /** JSON of the answer's headers. */
    responseHeaders: text(),
    /** At most 16 KiB of it. */
    responseBody: text(),
    /** timeout, connection, redirect, status, blocked_url, lost … ; null for a success. */
    errorClass: text(),
  },
  (t) => [primaryKey({ columns: [t.deliveryId, t.attempt] })],
)
