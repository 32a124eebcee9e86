import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { statement } from '#db/database.ts'
import type { Row } from '#db/database.ts'

/** How often a key was used: a trigger counts each request that enters the log, once. */
export const keyUsage = sqliteTable(
  'keyUsage',
  {
    keyId: integer().notNull(),
    /** The day in UTC. */
    dayOn: text().notNull(),
    method: text().notNull(),
    /** The pattern of the path; empty when there is nothing at the address. */
    route: text().notNull(),
    status: integer().notNull(),
    count: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.keyId, t.dayOn, t.method, t.route, t.status] }),
    index('keyUsageByDay').on(t.dayOn),
  ],
)

/** A key's uses per day, endpoint and status from one day to another, both included, the latest day first. */
export const usageOfKey = statement(
  (given: { keyId: number; fromOn: string; toOn: string }) => sql<Omit<Row<typeof keyUsage>, 'keyId'>>`
  select "dayOn", "method", "route", "status", "count" from "keyUsage"
  where "keyId" = ${given.keyId}
    and "dayOn" between ${given.fromOn} and ${given.toOn}
  order by "dayOn" desc, "route", "method", "status"
`,
)

export const deleteKeyUsageBefore = statement(
  (given: { dayOn: string; limit: number }) => sql`
  delete from "keyUsage" where ("keyId", "dayOn", "method", "route", "status") in (
    select "keyId", "dayOn", "method", "route", "status" from "keyUsage"
    where "dayOn" < ${given.dayOn} order by "dayOn" limit ${given.limit}
  )
`,
)
