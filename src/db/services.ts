import { and, eq, getTableColumns, inArray, isNull, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { among, build, builder, isOneOf, statement } from './database.ts'
import type { Row, RowWith, Statement } from './database.ts'
import { listing } from './page.ts'
import type { Window } from './page.ts'
import { resources } from './resources.ts'
import type { Bookable } from './resources.ts'

/** How a booking comes to stand: by itself, or by the word of the business. */
export const confirmations = ['instant', 'approval'] as const

/** Who performs a service: all staff of the moment, or the staff and rooms assigned to it, even if that is nobody. */
export const performers = ['everybody', 'assigned'] as const

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
    /** How long before the start its customer may still move or cancel a booking. */
    changeNoticeMinutes: integer().notNull(),
    maxAdvanceDays: integer(),
    confirmation: text({ enum: confirmations }).notNull(),
    /** Paid before the booking is confirmed; null asks for nothing. */
    prepaymentMinor: integer(),
    performedBy: text({ enum: performers }).notNull(),
    active: integer().notNull(),
    archivedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    index('servicesByBusiness')
      .on(t.businessId, t.id)
      .where(sql`${t.archivedAt} is null`),
    check('servicesPerformedBy', isOneOf(t.performedBy, performers)),
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
    check('servicesConfirmation', isOneOf(t.confirmation, confirmations)),
    check('servicesActive', sql`${t.active} in (0, 1)`),
    check('servicesTexts', sql`length(${t.name}) <= 200 and length(${t.description}) <= 5000`),
  ],
)

/** Who performs a service, and where it takes place by the hour. */
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

/** Those assigned to it, as a JSON array. */
const assigned = (kind: Bookable) => sql<string>`(
    select json_group_array("resourceId") from "serviceResources"
    cross join "resources" as "assigned" on "assigned"."id" = "resourceId" and "assigned"."kind" = ${sql.raw(`'${kind}'`)}
    where "serviceId" = "services"."id")`

/** `staffIds` and `roomIds` are JSON arrays: what is assigned to it, nothing when everybody performs it. */
const service = {
  ...getTableColumns(services),
  staffIds: assigned('staff').as('staffIds'),
  roomIds: assigned('room').as('roomIds'),
}
export type ServiceRow = RowWith<typeof service>

/** A service that was not deleted. */
export const serviceById = statement((given: { id: number }) =>
  builder
    .select(service)
    .from(services)
    .where(and(eq(services.id, given.id), isNull(services.archivedAt))),
)

/** What a business offers, the eldest first; to its members also what is not active. */
export function serviceList(
  { businessId, toMembers }: { businessId: number; toMembers: boolean },
  window: Window,
  countUpTo: number,
) {
  const query = {
    columns: service,
    from: sql`"services"`,
    where: sql`"services"."businessId" = ${businessId} and "archivedAt" is null
      ${toMembers ? sql`` : sql`and "services"."active" = 1`}`,
    key: [sql`"services"."id"`],
    descending: false,
  }
  return listing(query, window, countUpTo)
}

/** Which of these ids (a JSON array) are services of a business. */
export const servicesAmong = statement((given: { businessId: number; ids: string }) =>
  builder
    .select({ id: services.id })
    .from(services)
    .where(
      and(
        inArray(services.id, among(given.ids)),
        eq(services.businessId, given.businessId),
        isNull(services.archivedAt),
      ),
    ),
)

/** The currency if it is its business's, else null. */
function ownCurrency(businessId: number, currency: string): SQL {
  return sql`(select "currency" from "businesses" where "id" = ${businessId} and "currency" = ${currency})`
}

/** Fails on `services.currency` when it is not its business's, on `servicesPrice` when the prepayment is more than the price. */
export function insertService(service: Row<typeof services>): Statement {
  const currency = ownCurrency(service.businessId, service.currency)
  return build(builder.insert(services).values({ ...service, currency }))
}

/** Fails as `insertService` does. */
export function updateServiceColumns(
  { id, businessId }: { id: number; businessId: number },
  changes: Partial<Row<typeof services>>,
): Statement {
  const { currency } = changes
  const columns =
    currency === undefined ? changes : { ...changes, currency: ownCurrency(businessId, currency) }
  return build(builder.update(services).set(columns).where(eq(services.id, id)))
}

/** Takes all resources of a kind off a service. */
export const deleteServiceResources = statement((given: { serviceId: number; kind: Bookable }) =>
  builder
    .delete(serviceResources)
    .where(
      and(
        eq(serviceResources.serviceId, given.serviceId),
        sql`exists (select 1 from "resources" where "id" = ${serviceResources.resourceId} and "kind" = ${given.kind})`,
      ),
    ),
)

/** Assigns resources to services: `pairs` is JSON [[serviceId, resourceId]]. Services that everybody performs stay everybody's. */
export const insertServiceResources = statement(
  // Raw: an insert-select out of JSON.
  (given: { businessId: number; pairs: string }) => sql`
  insert into "serviceResources" ("businessId", "serviceId", "resourceId")
  select ${given.businessId}, value ->> 0, value ->> 1 from json_each(${given.pairs})
  where (select "performedBy" from "services" where "services"."id" = value ->> 0) = 'assigned'
`,
)

/** Takes a resource off every service. */
export const deleteAssignmentsOf = statement((given: { resourceId: number }) =>
  builder.delete(serviceResources).where(eq(serviceResources.resourceId, given.resourceId)),
)
