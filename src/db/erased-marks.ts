import { and, eq, gte, inArray, lt, sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { builder, statement } from './database.ts'
import type { Statement } from './database.ts'

/** By what somebody who was erased may still be found in the request log, as long as that reaches back before it. */
export const erasedMarks = sqliteTable(
  'erasedMarks',
  {
    /** The id of the customer or of a booking, the keyed hash of a contact, or `account:` and the id of an account. */
    mark: text().primaryKey(),
    /** 0 for an account, which any business may know. */
    businessId: integer().notNull(),
    erasedAt: integer().notNull(),
  },
  (t) => [
    index('erasedMarksByBusiness').on(t.businessId, t.erasedAt),
    index('erasedMarksByAge').on(t.erasedAt),
  ],
)

/** Marks as JSON [[mark, businessId]]; who is erased again is so as of now. */
export const insertErasedMarks = statement(
  // Raw: an insert-select out of JSON.
  (given: { marks: string; now: number }) => sql`
  insert into "erasedMarks" ("mark", "businessId", "erasedAt")
  select "value" ->> 0, "value" ->> 1, ${given.now} from json_each(${given.marks}) where true
  on conflict ("mark") do update set "erasedAt" = excluded."erasedAt"
`,
)

/** Notes that an account was erased: what comes in on its behalf from now on is kept without it. */
export function markErasedAccount({ accountId, now }: { accountId: number; now: number }): Statement {
  return insertErasedMarks({ marks: JSON.stringify([[`account:${accountId}`, 0]]), now })
}

/** Whether anybody of a business was erased since. */
export const erasedSince = statement((given: { businessId: number; since: number }) =>
  builder
    .select({ isAny: sql<1>`1`.as('isAny') })
    .from(erasedMarks)
    .where(and(eq(erasedMarks.businessId, given.businessId), gte(erasedMarks.erasedAt, given.since)))
    .limit(1),
)

/** Whether any of the marks (JSON) is of somebody erased since. */
export const erasedAmong = statement(
  // Raw: it begins with JSON, so that each mark is looked up by the key.
  (given: { marks: string; since: number }) => sql<{ isAny: 1 }>`
  select 1 as "isAny" from json_each(${given.marks}) cross join "erasedMarks" on "mark" = "value"
  where "erasedAt" >= ${given.since} limit 1
`,
)

export const deleteErasedMarksBefore = statement((given: { before: number; limit: number }) => {
  const { mark, erasedAt } = erasedMarks
  const old = builder
    .select({ mark })
    .from(erasedMarks)
    .where(lt(erasedAt, given.before))
    .orderBy(erasedAt)
    .limit(given.limit)
  return builder.delete(erasedMarks).where(inArray(mark, old))
})
