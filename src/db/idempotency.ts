import { and, eq, inArray, lt, sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { erased } from './customers.ts'
import type { Erased } from './customers.ts'
import { builder, statement } from './database.ts'
import type { Row } from './database.ts'

/** The first answer to a request that carried an Idempotency-Key, written in the batch of its effect. */
export const idempotencyRecords = sqliteTable(
  'idempotencyRecords',
  {
    /** `user:<id>`, `key:<id>` or `ip:<address>`. */
    caller: text().notNull(),
    keyHash: text().notNull(),
    fingerprint: text().notNull(),
    status: integer().notNull(),
    /** The answer's body, encrypted with a key that only the caller's Idempotency-Key yields. */
    body: text().notNull(),
    /** Whom the answer shows: it goes when that customer is erased. */
    customerId: integer(),
    createdAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.caller, t.keyHash] }),
    index('idempotencyRecordsByAge').on(t.createdAt),
    index('idempotencyRecordsByCustomer')
      .on(t.customerId)
      .where(sql`${t.customerId} is not null`),
  ],
)

const kept = {
  caller: idempotencyRecords.caller,
  fingerprint: idempotencyRecords.fingerprint,
  status: idempotencyRecords.status,
  body: idempotencyRecords.body,
}

export const findIdempotencyRecord = statement((given: { caller: string; keyHash: string }) =>
  builder
    .select(kept)
    .from(idempotencyRecords)
    .where(and(eq(idempotencyRecords.caller, given.caller), eq(idempotencyRecords.keyHash, given.keyHash))),
)

/** The same for an API key, by the hash that it has now or, until its grace ends, had before the last rotation. */
export const findIdempotencyRecordOfKey = statement(
  (given: { apiKeyHash: string; now: number; keyHash: string }) => {
    // Two selects: each finds its hash by an index of its own.
    const callers = sql`(
    select 'key:' || "id" from "apiKeys" where "keyHash" = ${given.apiKeyHash}
    union all
    select 'key:' || "id" from "apiKeys"
    where "previousKeyHash" = ${given.apiKeyHash} and "previousUntilAt" > ${given.now}
  )`
    return builder
      .select(kept)
      .from(idempotencyRecords)
      .where(and(eq(idempotencyRecords.keyHash, given.keyHash), inArray(idempotencyRecords.caller, callers)))
  },
)

/** Fails on `idempotencyRecords.caller` when the key is taken; what shows somebody who has been erased meanwhile is not kept. */
export const insertIdempotencyRecord = statement(
  // Raw: an insert-select, which writes nothing where it finds somebody erased.
  (given: Row<typeof idempotencyRecords>) => sql`
  insert into "idempotencyRecords"
    ("caller", "keyHash", "fingerprint", "status", "body", "customerId", "createdAt")
  select ${given.caller}, ${given.keyHash}, ${given.fingerprint},
    ${given.status}, ${given.body}, ${given.customerId},
    ${given.createdAt}
  where not exists (
    select 1 from "customers" where "id" = ${given.customerId} and "erasedAt" is not null
  )
`,
)

export const deleteOldIdempotencyRecords = statement((given: { before: number; limit: number }) => {
  const { caller, keyHash, createdAt } = idempotencyRecords
  const old = builder
    .select({ caller, keyHash })
    .from(idempotencyRecords)
    .where(lt(createdAt, given.before))
    .orderBy(createdAt)
    .limit(given.limit)
  return builder
    .delete(idempotencyRecords)
    .where(sql`(${caller}, ${keyHash}) in ${old}`)
    .returning({ caller })
})

/** Kept answers hold personal data, so they go with their caller. */
export const deleteIdempotencyRecordsOf = statement((given: { caller: string }) =>
  builder.delete(idempotencyRecords).where(eq(idempotencyRecords.caller, given.caller)),
)

/** Those of all callers that show a person, found through the customers that it is: before these are erased. */
export const deleteIdempotencyRecordsAbout = statement((given: Erased) =>
  builder
    .delete(idempotencyRecords)
    .where(inArray(idempotencyRecords.customerId, sql`(select "id" from (${erased(given)}))`)),
)
