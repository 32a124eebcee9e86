import { and, eq, getTableColumns, isNull, sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { builder, inserting, statement } from './database.ts'
import { listing } from './page.ts'
import type { Window } from './page.ts'

/** What takes something off a price, for whoever knows its code. */
export const coupons = sqliteTable(
  'coupons',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    code: text().notNull(),
    /** The code as it is compared: in upper case. */
    codeKey: text().notNull(),
    /** Either hundredths of a percent, or an amount. */
    percentHundredths: integer(),
    amountMinor: integer(),
    currency: text().notNull(),
    /** Null: any number of times. */
    maxUses: integer(),
    uses: integer().notNull(),
    validFromAt: integer(),
    validToAt: integer(),
    /** JSON array of ids; null for all services. */
    serviceIds: text(),
    /** Set when it is withdrawn: its code may be given to another. */
    endedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex('couponsByCode')
      .on(t.businessId, t.codeKey)
      .where(sql`${t.endedAt} is null`),
    index('couponsByBusiness').on(t.businessId, t.id),
    check('couponsCode', sql`length(${t.code}) between 1 and 64`),
    check('couponsKind', sql`(${t.percentHundredths} is null) <> (${t.amountMinor} is null)`),
    check('couponsPercent', sql`${t.percentHundredths} between 1 and 10000`),
    check('couponsAmount', sql`${t.amountMinor} > 0`),
    check('couponsMaxUses', sql`${t.maxUses} >= 1`),
    // Of two who want the last use, one gets it.
    check('couponsUses', sql`${t.uses} >= 0 and (${t.maxUses} is null or ${t.uses} <= ${t.maxUses})`),
    check('couponsOrder', sql`${t.validFromAt} < ${t.validToAt}`),
    check('couponsServiceIds', sql`json_valid(${t.serviceIds}) and length(${t.serviceIds}) <= 10000`),
  ],
)

export const insertCoupon = inserting(coupons)

export const couponById = statement((given: { id: number }) =>
  builder.select().from(coupons).where(eq(coupons.id, given.id)),
)

/** The coupon behind a code that was not withdrawn. */
export const couponByCode = statement((given: { businessId: number; codeKey: string }) =>
  builder
    .select()
    .from(coupons)
    .where(
      and(
        eq(coupons.businessId, given.businessId),
        eq(coupons.codeKey, given.codeKey),
        isNull(coupons.endedAt),
      ),
    ),
)

/** A business's coupons, the newest first. */
export function couponList(businessId: number, window: Window, countUpTo: number) {
  const query = {
    columns: getTableColumns(coupons),
    from: sql`${coupons}`,
    where: eq(coupons.businessId, businessId),
    key: [sql`${coupons.id}`],
    descending: true,
  }
  return listing(query, window, countUpTo)
}

/** Fails on `couponsUses` when it has no use left, on `coupons.uses` when it was withdrawn. */
export const useCoupon = statement((given: { id: number }) =>
  builder
    .update(coupons)
    .set({ uses: sql`case when ${coupons.endedAt} is null then ${coupons.uses} + 1 end` })
    .where(eq(coupons.id, given.id)),
)

export const giveCouponBack = statement((given: { id: number }) =>
  builder
    .update(coupons)
    .set({ uses: sql`${coupons.uses} - 1` })
    .where(eq(coupons.id, given.id)),
)

export const endCouponRow = statement((given: { id: number; now: number }) =>
  builder
    .update(coupons)
    .set({ endedAt: given.now, updatedAt: given.now })
    .where(and(eq(coupons.id, given.id), isNull(coupons.endedAt))),
)
