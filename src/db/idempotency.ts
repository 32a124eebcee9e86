import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { erased } from './customers.ts'
import type { Erased } from './customers.ts'
import { statement } from './database.ts'
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

type Kept = Pick<Row<typeof idempotencyRecords>, 'caller' | 'fingerprint' | 'status' | 'body'>

export const findIdempotencyRecord = statement(
  (given: { caller: string; keyHash: string }) => sql<Kept>`
  select "caller", "fingerprint", "status", "body" from "idempotencyRecords"
  where "caller" = ${given.caller} and "keyHash" = ${given.keyHash}
`,
)

/** The same for an API key, by the hash that it has now or, until its grace ends, had before the last rotation. */
export const findIdempotencyRecordOfKey = statement(
  (given: { apiKeyHash: string; now: number; keyHash: string }) => sql<Kept>`
  select "caller", "fingerprint", "status", "body" from "idempotencyRecords"
  where "keyHash" = ${given.keyHash} and "caller" in (
    select 'key:' || "id" from "apiKeys" where "keyHash" = ${given.apiKeyHash}
    union all
    select 'key:' || "id" from "apiKeys"
    where "previousKeyHash" = ${given.apiKeyHash} and "previousUntilAt" > ${given.now}
  )
`,
)

/** Fails on `idempotencyRecords.caller` when the key is taken; what shows somebody who has been erased meanwhile is not kept. */
export const insertIdempotencyRecord = statement(
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

export const deleteOldIdempotencyRecords = statement(
  (given: { before: number; limit: number }) => sql<{ caller: string }>`
  delete from "idempotencyRecords" where ("caller", "keyHash") in (
    select "caller", "keyHash" from "idempotencyRecords"
    where "createdAt" < ${given.before} order by "createdAt" limit ${given.limit}
  ) returning "caller"
`,
)

/** Kept answers hold personal data, so they go with their caller. */
export const deleteIdempotencyRecordsOf = statement(
  (given: { caller: string }) => sql`
  delete from "idempotencyRecords" where "caller" = ${given.caller}
`,
)

/** Those of all callers that show a person, found through the customers that it is: before these are erased. */
export const deleteIdempotencyRecordsAbout = statement(
  (given: Erased) => sql`
  delete from "idempotencyRecords" where "customerId" in (select "id" from (${erased(given)}))
`,
)
