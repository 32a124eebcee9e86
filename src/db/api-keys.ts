import { and, eq, getTableColumns, inArray, isNull, lte, or, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { businessListings } from './business-listings.ts'
import type { PlanId } from './business-listings.ts'
import { build, builder, columnsOf, statement } from './database.ts'
import type { Row, Statement } from './database.ts'
import { listing } from './page.ts'
import type { Window } from './page.ts'

/** A partner's credential: only hashes of it are kept. */
export const apiKeys = sqliteTable(
  'apiKeys',
  {
    id: integer().primaryKey(),
    businessId: integer().notNull(),
    name: text().notNull(),
    /** What is shown of it: prefix and first four, last four. */
    start: text().notNull(),
    lastFour: text().notNull(),
    /** SHA-256 of the whole key, hex. */
    keyHash: text().notNull(),
    /** The key before the last rotation, good until its grace ends. */
    previousKeyHash: text(),
    previousUntilAt: integer(),
    /** JSON array of scopes. */
    scopes: text().notNull(),
    /** JSON array of CIDR ranges; null lets every address. */
    allowedIps: text(),
    expiresAt: integer(),
    revokedAt: integer(),
    lastUsedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex('apiKeysByHash').on(t.keyHash),
    uniqueIndex('apiKeysByPreviousHash').on(t.previousKeyHash),
    index('apiKeysByBusiness').on(t.businessId, t.id),
    index('apiKeysLive')
      .on(t.businessId, t.expiresAt)
      .where(sql`${t.revokedAt} is null`),
    check('apiKeysScopes', sql`json_valid(${t.scopes})`),
    check('apiKeysAllowedIps', sql`${t.allowedIps} is null or json_valid(${t.allowedIps})`),
  ],
)

/** Fails on `apiKeys.name` when the business has `most` keys that are neither revoked nor expired at `createdAt`. */
export function insertApiKey(key: Row<typeof apiKeys>, most: number): Statement {
  const live = (condition: SQL) => sql`(select count(*) from (select 1 from "apiKeys"
    where "businessId" = ${key.businessId} and "revokedAt" is null and "expiresAt" ${condition} limit ${most}))`
  const name = sql`case when ${live(sql`is null`)} + ${live(sql`> ${key.createdAt}`)} < ${most} then ${key.name} end`
  return build(builder.insert(apiKeys).values({ ...key, name }))
}

/** What the business of a key pays for. */
const planOfKey = sql`(select "planId" from "businessListings" where "id" = "apiKeys"."businessId") as "planId"`

/**
 * The key with this hash, as it is now or, until its grace ends, as it was before the last rotation, and the plan of its
 * business.
 */
export const apiKeyByHash = statement(
  // Raw for its union: each hash is found by an index of its own.
  (given: { keyHash: string; now: number }) => sql<Row<typeof apiKeys> & { planId: PlanId }>`
  select ${columnsOf(apiKeys)}, ${planOfKey} from "apiKeys" where "keyHash" = ${given.keyHash}
  union all
  select ${columnsOf(apiKeys)}, ${planOfKey} from "apiKeys"
  where "previousKeyHash" = ${given.keyHash} and "previousUntilAt" > ${given.now}
`,
)

export type PresentedRow = Row<typeof apiKeys> & { businessName: string; planId: PlanId }

/** The key with this hash, and the name and the plan of its business. */
export const presentedApiKey = statement(
  // Raw for its union, too.
  (given: { keyHash: string; now: number }) => sql<PresentedRow>`
  select ${columnsOf(apiKeys)}, "businessListings"."name" as "businessName", "businessListings"."planId"
  from "apiKeys" join "businessListings" on "businessListings"."id" = "apiKeys"."businessId"
  where "apiKeys"."id" in (
    select "id" from "apiKeys" where "keyHash" = ${given.keyHash}
    union all
    select "id" from "apiKeys"
    where "previousKeyHash" = ${given.keyHash} and "previousUntilAt" > ${given.now}
  )
`,
)

export const apiKeyById = statement((given: { id: number }) =>
  builder.select().from(apiKeys).where(eq(apiKeys.id, given.id)),
)

/** A business's keys, the newest first. */
export function apiKeyList(businessId: number, window: Window, countUpTo: number) {
  const query = {
    columns: getTableColumns(apiKeys),
    from: sql`"apiKeys"`,
    where: sql`"businessId" = ${businessId}`,
    key: [sql`"apiKeys"."id"`],
    descending: true,
  }
  return listing(query, window, countUpTo)
}

type RotatedKey = Pick<
  Row<typeof apiKeys>,
  'start' | 'lastFour' | 'keyHash' | 'previousKeyHash' | 'previousUntilAt'
>

/** Fails on `apiKeys.keyHash` when the key was rotated or revoked since it had the hash `before`. */
export const rotateApiKey = statement((given: { id: number; before: string; now: number } & RotatedKey) => {
  const isAsBefore = sql`${apiKeys.keyHash} = ${given.before} and ${apiKeys.revokedAt} is null`
  return builder
    .update(apiKeys)
    .set({
      start: given.start,
      lastFour: given.lastFour,
      keyHash: sql`case when ${isAsBefore} then ${given.keyHash} end`,
      previousKeyHash: given.previousKeyHash,
      previousUntilAt: given.previousUntilAt,
      updatedAt: given.now,
    })
    .where(eq(apiKeys.id, given.id))
})

export const revokeApiKey = statement((given: { id: number; now: number }) =>
  builder
    .update(apiKeys)
    .set({ revokedAt: given.now, updatedAt: given.now })
    .where(and(eq(apiKeys.id, given.id), isNull(apiKeys.revokedAt))),
)

/** Nobody could revoke them any more once their owner is gone. */
export const revokeApiKeysOf = statement((given: { ownerId: number; now: number }) => {
  const owned = builder
    .select({ id: businessListings.id })
    .from(businessListings)
    .where(eq(businessListings.ownerId, given.ownerId))
  const live = and(inArray(apiKeys.businessId, owned), isNull(apiKeys.revokedAt))
  return builder.update(apiKeys).set({ revokedAt: given.now, updatedAt: given.now }).where(live)
})

/** Notes a use, unless one was noted since `before`. */
export const touchApiKey = statement((given: { id: number; now: number; before: number }) =>
  builder
    .update(apiKeys)
    .set({ lastUsedAt: given.now })
    .where(
      and(eq(apiKeys.id, given.id), or(isNull(apiKeys.lastUsedAt), lte(apiKeys.lastUsedAt, given.before))),
    ),
)
