import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { erased } from './customers.ts'
import type { Erased } from './customers.ts'
import { compile } from './database.ts'
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

export const findIdempotencyRecord = compile<Kept, { caller: string; keyHash: string }>(sql`
  select "caller", "fingerprint", "status", "body" from "idempotencyRecords"
  where "caller" = ${sql.placeholder('caller')} and "keyHash" = ${sql.placeholder('keyHash')}
`)

/** The same for an API key, by the hash that it has now or, until its grace ends, had before the last rotation. */
export const findIdempotencyRecordOfKey = compile<
  Kept,
  { apiKeyHash: string; now: number; keyHash: string }
>(sql`
  select "caller", "fingerprint", "status", "body" from "idempotencyRecords"
  where "keyHash" = ${sql.placeholder('keyHash')} and "caller" in (
    select 'key:' || "id" from "apiKeys" where "keyHash" = ${sql.placeholder('apiKeyHash')}
    union all
    select 'key:' || "id" from "apiKeys"
    where "previousKeyHash" = ${sql.placeholder('apiKeyHash')} and "previousUntilAt" > ${sql.placeholder('now')}
  )
`)

/** Fails on `idempotencyRecords.caller` when the key is taken; what shows somebody who has been erased meanwhile is not kept. */
export const insertIdempotencyRecord = compile<unknown, Row<typeof idempotencyRecords>>(sql`
  insert into "idempotencyRecords"
    ("caller", "keyHash", "fingerprint", "status", "body", "customerId", "createdAt")
  select ${sql.placeholder('caller')}, ${sql.placeholder('keyHash')}, ${sql.placeholder('fingerprint')},
    ${sql.placeholder('status')}, ${sql.placeholder('body')}, ${sql.placeholder('customerId')},
    ${sql.placeholder('createdAt')}
  where not exists (
    select 1 from "customers" where "id" = ${sql.placeholder('customerId')} and "erasedAt" is not null
  )
`)

export const deleteOldIdempotencyRecords = compile<{ caller: string }, { before: number; limit: number }>(sql`
  delete from "idempotencyRecords" where ("caller", "keyHash") in (
    select "caller", "keyHash" from "idempotencyRecords"
    where "createdAt" < ${sql.placeholder('before')} order by "createdAt" limit ${sql.placeholder('limit')}
  ) returning "caller"
`)

/** Kept answers hold personal data, so they go with their caller. */
export const deleteIdempotencyRecordsOf = compile<unknown, { caller: string }>(sql`
  delete from "idempotencyRecords" where "caller" = ${sql.placeholder('caller')}
`)

/** Those of all callers that show a person, found through the customers that it is: before these are erased. */
export const deleteIdempotencyRecordsAbout = compile<unknown, Erased>(sql`
  delete from "idempotencyRecords" where "customerId" in (select "id" from (${erased}))
`)
