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

/** The first rows of a table in an order, under the table's own name: a filter that no index knows looks through no more. */
export function firstRows(
  table: string,
  {
    where,
    key,
    descending,
    limit,
  }: Pick<ListQuery<Fields>, 'where' | 'key' | 'descending'> & { limit: number },
): SQL {
  const name = sql.identifier(table)
  return sql`(select * from ${name} where ${where} order by ${orderBy(key, descending)} limit ${limit}) as ${name}`
}

function orderBy(key: readonly SQL[], descending: boolean): SQL {
  const direction = sql.raw(descending ? ' desc' : ' asc')
  return sql.join(
    key.map((column) => sql`${column}${direction}`),
    sql`, `,
  )
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
  const order = orderBy(key, descending)
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
