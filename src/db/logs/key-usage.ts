import { and, between, desc, eq, lt, sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { builder, statement } from '#db/database.ts'

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
export const usageOfKey = statement((given: { keyId: number; fromOn: string; toOn: string }) => {
  const { keyId, dayOn, method, route, status, count } = keyUsage
  return builder
    .select({ dayOn, method, route, status, count })
    .from(keyUsage)
    .where(and(eq(keyId, given.keyId), between(dayOn, given.fromOn, given.toOn)))
    .orderBy(desc(dayOn), route, method, status)
})

export const deleteKeyUsageBefore = statement((given: { dayOn: string; limit: number }) => {
  const { keyId, dayOn, method, route, status } = keyUsage
  const old = builder
    .select({ keyId, dayOn, method, route, status })
    .from(keyUsage)
    .where(lt(dayOn, given.dayOn))
    .orderBy(dayOn)
    .limit(given.limit)
  return builder.delete(keyUsage).where(sql`(${keyId}, ${dayOn}, ${method}, ${route}, ${status}) in ${old}`)
})
