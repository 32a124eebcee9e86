// A page of a list and the size of the whole, at a cost that does not grow with the table.
import { sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { build, columnsOf } from './database.ts'
import type { Fields, RowWith, Statement } from './database.ts'

export interface ListQuery<F extends Fields> {
  columns: F
  from: SQL
  where: SQL
  /** The sort key, unique in all: columns in their order, all of them descending or all ascending. */
  key: readonly SQL[]
  descending: boolean
}

export interface Window {
  page: number
  limit: number
  after?: readonly (number | string)[] | undefined
}

/** One entry more than the page holds, so that one knows whether more follow; and the count. */
export function listing<F extends Fields>(
  { columns, from, where, key, descending }: ListQuery<F>,
  { page, limit, after }: Window,
  countUpTo: number,
): { found: Statement<RowWith<F>>; count: Statement<{ total: number }> } {
  const direction = sql.raw(descending ? ' desc' : ' asc')
  const order = sql.join(
    key.map((column) => sql`${column}${direction}`),
    sql`, `,
  )
  const behind = after
    ? sql` and (${sql.join([...key], sql`, `)}) ${sql.raw(descending ? '<' : '>')} (${sql.join(
        after.map((value) => sql`${value}`),
        sql`, `,
      )})`
    : sql``
  const offset = after ? 0 : (page - 1) * limit
  return {
    found: build(
      sql`select ${columnsOf(columns)} from ${from} where ${where}${behind} order by ${order} limit ${limit + 1} offset ${offset}`,
    ),
    count: build(
      sql`select count(*) as "total" from (select 1 from ${from} where ${where} limit ${countUpTo + 1})`,
    ),
  }
}
