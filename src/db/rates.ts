import { and, asc, eq, getTableColumns, isNull, sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { build, builder, inserting, isAsRead, isOneOf, statement } from './database.ts'
import type { Row, RowWith, Statement } from './database.ts'
import { meals } from './stays.ts'

/** On what terms a room is sold by the night. */
export const rates = sqliteTable(
  'rates',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    name: text().notNull(),
    meal: text({ enum: meals }).notNull(),
    /** The rate that its prices are derived from. */
    parentRateId: integer(),
    /** What is added to each price of the parent: hundredths of a percent of it, and then minor units. */
    basisPoints: integer(),
    additionalMinor: integer(),
    /** JSON arrays of the rooms and of the room types that it is for; null is for all. */
    roomIds: text(),
    roomTypeIds: text(),
    /** JSON object: what a cancellation costs. */
    cancellation: text().notNull(),
    archivedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    foreignKey({ columns: [t.parentRateId], foreignColumns: [t.id] }),
    index('ratesByBusiness')
      .on(t.businessId, t.id)
      .where(sql`${t.archivedAt} is null`),
    check('ratesMeal', isOneOf(t.meal, meals)),
    check(
      'ratesRelation',
      sql`${t.parentRateId} is not null or (${t.basisPoints} is null and ${t.additionalMinor} is null)`,
    ),
    check(
      'ratesPlaces',
      sql`json_valid(${t.roomIds}) and length(${t.roomIds}) <= 8192 and json_valid(${t.roomTypeIds}) and length(${t.roomTypeIds}) <= 8192`,
    ),
    check('ratesCancellation', sql`json_valid(${t.cancellation}) and length(${t.cancellation}) <= 1024`),
    check('ratesName', sql`length(${t.name}) <= 200`),
  ],
)

/** How many a business may have: a trigger refuses any more. */
export const mostRates = 100

/** A rate with the currency of its amounts, its business's. */
const rate = { ...getTableColumns(rates), currency: businesses.currency }
export type RateRow = RowWith<typeof rate>

/** A rate that was not deleted. */
export const rateById = statement((given: { id: number }) =>
  builder
    .select(rate)
    .from(rates)
    .innerJoin(businesses, eq(businesses.id, rates.businessId))
    .where(and(eq(rates.id, given.id), isNull(rates.archivedAt))),
)

/** All rates of a business, the eldest first. */
export const ratesOfBusiness = statement((given: { businessId: number }) =>
  builder
    .select(rate)
    .from(rates)
    .innerJoin(businesses, eq(businesses.id, rates.businessId))
    .where(and(eq(rates.businessId, given.businessId), isNull(rates.archivedAt)))
    .orderBy(asc(rates.id))
    .limit(mostRates),
)

/** A rate of a business, and all that it is derived from. */
export const rateWithAncestors = statement((given: { businessId: number; id: number }) =>
  builder
    .select(rate)
    .from(rates)
    .innerJoin(businesses, eq(businesses.id, rates.businessId))
    .where(
      and(
        sql`${rates.id} in (
          with recursive "lineage" ("id") as (
            select ${given.id}
            union
            select "rates"."parentRateId" from "lineage" cross join "rates" on "rates"."id" = "lineage"."id"
            where "rates"."parentRateId" is not null
          )
          select "id" from "lineage")`,
        eq(rates.businessId, given.businessId),
        isNull(rates.archivedAt),
      ),
    ),
)

/** What a cancellation costs, and what is paid in advance; kept and shown. */
export interface CancellationPolicy {
  isRefundable: boolean
  /** From the deadline on: a part of the price in percent, or so many nights. */
  penaltyPercent: number | null
  penaltyNights: number | null
  /** How long before the arrival the deadline is. */
  deadlineDays: number | null
  deadlineHours: number | null
  noShow: string
  prepaymentPercent: number | null
  prepaysFirstNight: boolean
}

/** A rate of which nothing has been said yet: everywhere, a room without meals, refundable. */
export const plainRate: Omit<Row<typeof rates>, 'id' | 'businessId' | 'name' | 'createdAt' | 'updatedAt'> = {
  meal: 'none',
  parentRateId: null,
  basisPoints: null,
  additionalMinor: null,
  roomIds: null,
  roomTypeIds: null,
  cancellation: JSON.stringify({
    isRefundable: true,
    penaltyPercent: null,
    penaltyNights: null,
    deadlineDays: null,
    deadlineHours: null,
    noShow: 'DEFAULT',
    prepaymentPercent: null,
    prepaysFirstNight: false,
  } satisfies CancellationPolicy),
  archivedAt: null,
}

/** Fails on `too_many_rates`, and on `rate_parent` when the parent is gone or the rate would be its own ancestor. */
export const insertRate = inserting(rates)

/** The rate that every business begins with. */
export function insertStandardRate({
  id,
  businessId,
  now,
}: {
  id: number
  businessId: number
  now: number
}): Statement {
  return insertRate({ ...plainRate, id, businessId, name: 'Standard', createdAt: now, updatedAt: now })
}

/** Fails as `insertRate` does, and on `rates.name` when somebody else has changed or archived the rate since it was `before`. */
export function replaceRate(before: Row<typeof rates>, after: Row<typeof rates>): Statement {
  const name = sql`case when ${isAsRead(rates, before)} then ${after.name} end`
  return build(
    builder
      .update(rates)
      .set({ ...after, name })
      .where(eq(rates.id, before.id)),
  )
}

/** Fails on `rate_has_derived` and `rate_in_use`. */
export const archiveRate = statement((given: { id: number; now: number }) =>
  builder
    .update(rates)
    .set({ archivedAt: given.now, updatedAt: given.now })
    .where(and(eq(rates.id, given.id), isNull(rates.archivedAt))),
)
