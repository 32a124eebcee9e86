import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { compile, inserting } from './database.ts'
import type { Row } from './database.ts'

/** The first answer to a request that carried an Idempotency-Key, written in the batch of its effect. */
export const idempotencyRecords = sqliteTable(
  'idempotencyRecords',
  {
    caller: text().notNull(),
    keyHash: text().notNull(),
    fingerprint: text().notNull(),
    status: integer().notNull(),
    /** The answer's body, encrypted with a key that only the caller's Idempotency-Key yields. */
    body: text().notNull(),
    createdAt: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.caller, t.keyHash] }), index('idempotencyRecordsByAge').on(t.createdAt)],
)

export const findIdempotencyRecord = compile<
  Pick<Row<typeof idempotencyRecords>, 'fingerprint' | 'status' | 'body'>,
  { caller: string; keyHash: string }
>(sql`
  select "fingerprint", "status", "body" from "idempotencyRecords"
  where "caller" = ${sql.placeholder('caller')} and "keyHash" = ${sql.placeholder('keyHash')}
`)

export const insertIdempotencyRecord = inserting(idempotencyRecords)

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
