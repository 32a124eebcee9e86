// The slim index of the request log. The records themselves lie in objects of many; a row says where its own one is.
import { eq, getTableColumns, inArray, lt, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { build, builder, isOneOf, statement } from '#db/database.ts'
import type { Row, Statement } from '#db/database.ts'
import { listing } from '#db/page.ts'
import type { Window } from '#db/page.ts'
import { subjects } from '#db/subjects.ts'

/** The doors that requests come in by. */
export const dialects = ['native', 'property', 'rubitime', 'neiros'] as const

export const requestLogs = sqliteTable(
  'requestLogs',
  {
    /** Made when the request began, so that ids are in the order of time. */
    id: integer().primaryKey(),
    requestId: text().notNull(),
    /** Whose business it was: the key's, or one that the account is a member of. */
    businessId: integer(),
    accountId: integer(),
    keyId: integer(),
    dialect: text({ enum: dialects }).notNull(),
    method: text().notNull(),
    /** The pattern that the path matched; null when there is nothing at the address. */
    route: text(),
    path: text().notNull(),
    status: integer().notNull(),
    durationMs: integer().notNull(),
    errorCode: text(),
    /** What it was about, as far as it says so itself. */
    subject: text({ enum: subjects }),
    subjectId: integer(),
    createdAt: integer().notNull(),
    objectKey: text().notNull(),
    recordOffset: integer().notNull(),
    recordLength: integer().notNull(),
  },
  (t) => [
    uniqueIndex('requestLogsByRequest').on(t.requestId),
    index('requestLogsByBusiness')
      .on(t.businessId, t.id)
      .where(sql`"businessId" is not null`),
    index('requestLogsByAccount')
      .on(t.accountId, t.id)
      .where(sql`"accountId" is not null`),
    // Failures are few, and what one looks for: by the status, or by the code where every answer is a 200.
    index('requestLogsFailed')
      .on(t.businessId, t.id)
      .where(sql`"businessId" is not null and ("errorCode" is not null or "status" >= 400)`),
    check('requestLogsDialect', isOneOf(t.dialect, dialects)),
    check(
      'requestLogsSubject',
      sql`(${t.subject} is null) = (${t.subjectId} is null) and ${isOneOf(t.subject, subjects)}`,
    ),
    check('requestLogsCaller', sql`("accountId" is null) <> ("keyId" is null)`),
  ],
)

const columns = Object.keys(getTableColumns(requestLogs))

/** Rows as a JSON array of objects; one that is there already stays, and is not counted again. */
export const insertRequestLogs = statement(
  // Raw: an insert-select out of JSON.
  (given: { rows: string }) => sql`
  insert into "requestLogs" (${sql.raw(columns.join(', '))})
  select ${sql.raw(columns.map((column) => `"value" ->> '${column}'`).join(', '))}
  from json_each(${given.rows}) where true
  on conflict ("requestId") do nothing
`,
)

export const requestLogById = statement((given: { id: number }) =>
  builder.select().from(requestLogs).where(eq(requestLogs.id, given.id)),
)

export const requestLogByRequestId = statement((given: { requestId: string }) =>
  builder.select().from(requestLogs).where(eq(requestLogs.requestId, given.requestId)),
)

export interface RequestLogFilter {
  businessId?: number | undefined
  /** Requests of this account, whatever they were about. */
  accountId?: number | undefined
  /** The ids that the log had reached at the two ends of a span of time. */
  fromId?: number | undefined
  toId?: number | undefined
  /** Both ends belong to it. */
  status?: { from: number; to: number } | undefined
  method?: string | undefined
  route?: string | undefined
  keyId?: number | undefined
}

/** A filter looks at so many requests at once; what fits none of them costs no more than that. */
const examinedAtOnce = 10_000

/**
 * Requests, the latest first. `reach` tells how far a filter has looked: the last request examined behind the cursor, and
 * the last one behind the start, each null when it came to the end.
 */
export function requestLogList(
  filter: RequestLogFilter,
  window: Window,
  countUpTo: number,
): {
  found: Statement<Row<typeof requestLogs>>
  count: Statement<{ total: number }>
  reach: Statement<{ page: number | null; total: number | null }>
} {
  const { businessId, accountId, fromId, toId, status, method, route, keyId } = filter
  const failed = status !== undefined && status.from >= 400
  const scope = all([
    businessId !== undefined && sql`"businessId" = ${businessId}`,
    accountId !== undefined && sql`"accountId" = ${accountId}`,
    fromId !== undefined && sql`"id" >= ${fromId}`,
    toId !== undefined && sql`"id" < ${toId}`,
    // In the words of the index.
    failed && businessId !== undefined && sql`"status" >= 400`,
  ])
  const conditions = [
    status !== undefined && sql`"status" between ${status.from} and ${status.to}`,
    method !== undefined && sql`"method" = ${method}`,
    route !== undefined && sql`"route" = ${route}`,
    keyId !== undefined && sql`"keyId" = ${keyId}`,
  ].filter((condition) => condition !== false)
  const after = window.after?.[0]
  const last = (behind: SQL) => {
    if (conditions.length === 0) return sql`null`
    return sql`(select "id" from "requestLogs" where ${scope}${behind}
      order by "id" desc limit 1 offset ${sql.raw(String(examinedAtOnce - 1))})`
  }
  const reach = { page: last(after === undefined ? sql`` : sql` and "id" < ${after}`), total: last(sql``) }
  const query = (until: SQL) => ({
    columns: getTableColumns(requestLogs),
    from: sql`"requestLogs"`,
    where: all([scope, ...conditions, conditions.length > 0 && sql`"id" >= coalesce(${until}, 0)`]),
    key: [sql`"requestLogs"."id"`],
    descending: true,
  })
  const { found } = listing(query(reach.page), window, countUpTo)
  const { count } = listing(query(reach.total), window, countUpTo)
  return { found, count, reach: build(sql`select ${reach.page} as "page", ${reach.total} as "total"`) }
}

function all(conditions: readonly (SQL | false)[]): SQL {
  return sql.join(
    conditions.filter((condition) => condition !== false),
    sql` and `,
  )
}

export const deleteRequestLogsBefore = statement((given: { id: number; limit: number }) => {
  const { id } = requestLogs
  const old = builder.select({ id }).from(requestLogs).where(lt(id, given.id)).orderBy(id).limit(given.limit)
  return builder.delete(requestLogs).where(inArray(id, old))
})
