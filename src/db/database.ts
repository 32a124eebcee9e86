// Statements are compiled once and run in batches: one batch is one round trip and one transaction.
import { Column, fillPlaceholders, getTableColumns, is, SQL, sql, Table } from 'drizzle-orm'
import type { InferInsertModel, InferSelectModel, SQLWrapper } from 'drizzle-orm'
import type { SelectResultFields } from 'drizzle-orm/query-builders/select.types'
import { drizzle } from 'drizzle-orm/d1'
import { SQLiteSelectBase, SQLiteSyncDialect } from 'drizzle-orm/sqlite-core'

/** A statement with its values, not yet run. `Row` is what each of its result rows looks like. */
export interface Statement<Row = unknown> {
  readonly text: string
  readonly values: readonly unknown[]
  readonly row?: Row
}

/** Statements that run together, in their order: each under a name, for the sake of its rows, or in a plain row. */
export type Batch = Readonly<Record<string, Statement>> | readonly Statement[]

/** The rows that each of the statements answers, under its name or in its place. */
export type RowsOf<B extends Batch> = {
  [K in keyof B]: B[K] extends Statement<infer Row> ? Row[] : never
}

/** The statements of a batch in their order. */
export function inOrder(batch: Batch): readonly Statement[] {
  return Object.values(batch)
}

/** Rows in the order of the batch's statements, each where its statement stood. */
export function rowsOf<B extends Batch>(batch: B, rows: readonly unknown[][]): RowsOf<B> {
  const placed = Array.isArray(batch)
    ? rows.slice(0, batch.length)
    : Object.fromEntries(Object.keys(batch).map((name, at) => [name, rows[at]]))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- columns are named as the row's fields
  return placed as RowsOf<B>
}

/** Builds query texts only; nothing is ever run through it. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a builder without a connection
export const builder = drizzle({} as D1Database)
const dialect = new SQLiteSyncDialect()

interface Built {
  toSQL(): { sql: string; params: unknown[] }
}

/** What each row of a query is: as the builder infers it, or as the raw text says of itself (`sql<Row>`); none of a mere write. */
type RowOf<Query> =
  Query extends SQL<infer Row>
    ? unknown extends Row
      ? never
      : Row
    : Query extends { _: { result: (infer Row)[] } }
      ? Row
      : never

/**
 * A statement whose text is compiled once, when it is first needed: `query` is shown a placeholder for each of the values
 * that the function returned takes. To the types they are those values, so that a query compares like with like; nothing
 * can be computed from them but in SQL.
 */
export function statement<Values extends Record<string, unknown>, Query extends Built | SQL>(
  query: (given: Values) => Query,
): (values: Values) => Statement<RowOf<Query>> {
  let compiled: { sql: string; params: unknown[] } | undefined
  return (values) => {
    compiled ??= toText(query(placeholders<Values>()))
    return { text: compiled.sql, values: fillPlaceholders(compiled.params, values) }
  }
}

function placeholders<Values extends Record<string, unknown>>(): Values {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each stands for the value of its name
  return new Proxy({}, { get: (_, name) => sql.placeholder(String(name)) }) as Values
}

function toText(query: Built | SQL): { sql: string; params: unknown[] } {
  if (!('toSQL' in query)) return dialect.sqlToQuery(query)
  if (query instanceof SQLiteSelectBase) refuseOtherNames(query._.selectedFields)
  return query.toSQL()
}

/** A query built for this one call, because its shape depends on the input. */
export function build<Row>(query: Built | SQL): Statement<Row> {
  const { sql: text, params } = toText(query)
  return { text, values: fillPlaceholders(params, {}) }
}

/** An INSERT of one whole row, its text compiled once per table. */
export function inserting<T extends Table>(table: T): (row: Required<InferInsertModel<T>>) => Statement {
  const columns = Object.entries(getTableColumns(table)).filter(([, column]) => !column.generated)
  const names = sql.join(
    columns.map(([, column]) => sql.identifier(column.name)),
    sql`, `,
  )
  return statement((given: Required<InferInsertModel<T>>) => {
    const named: Record<string, unknown> = given
    const marks = columns.map(([key]) => sql`${named[key]}`)
    return sql`insert into ${table} (${names}) values (${sql.join(marks, sql`, `)})`
  })
}

/** That a row is still what was read of it: for a change that is made from that. */
export function isAsRead<T extends Table>(table: T, row: InferSelectModel<T>): SQL {
  const read: Record<string, unknown> = row
  const columns = Object.entries(getTableColumns(table))
  return sql.join(
    columns.map(([name, column]) => sql`${column} is ${read[name]}`),
    sql` and `,
  )
}

/** What is selected: columns, and expressions that have an alias. */
export type Fields = Record<string, Column | SQL.Aliased>
/** A row that has these fields. */
export type RowWith<F extends Fields> = SelectResultFields<F>

/** The columns of a table, or these fields, for a hand-written SELECT. */
export function columnsOf(selected: Table | Fields): SQL {
  const fields = is(selected, Table) ? getTableColumns(selected) : selected
  refuseOtherNames(fields)
  const columns = Object.values(fields).map((field) =>
    is(field, Column) ? sql`${field}` : sql`${field.sql} as ${sql.identifier(field.fieldAlias)}`,
  )
  return sql.join(columns, sql`, `)
}

/** Rows come under the names of their columns: a field selected under another one would be looked for in vain. */
function refuseOtherNames(fields: Record<string, unknown>): void {
  for (const [name, field] of Object.entries(fields)) {
    const named = is(field, Column) ? field.name : is(field, SQL.Aliased) ? field.fieldAlias : undefined
    if (named !== name) throw new Error(`the column ${named} is selected as ${name}: it needs an alias`)
  }
}

/** That a column holds one of these words: for a CHECK, the condition of an index, and the query that wants the index. */
export function isOneOf(column: SQLWrapper, words: readonly string[]): SQL {
  return sql`${column} in (${sql.raw(words.map((word) => `'${word}'`).join(', '))})`
}

/** The values of a JSON array. */
export const among = (json: string): SQL => sql`(select value from json_each(${json}))`

export type Row<T extends Table> = InferSelectModel<T>

/** The columns of `after` whose values are not those of `before`. */
export function differences<R extends object>(before: R, after: R): Partial<R> {
  const was = new Map<string, unknown>(Object.entries(before))
  const changed = Object.entries(after).filter(([column, value]) => was.get(column) !== value)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- some of these very columns
  return Object.fromEntries(changed) as Partial<R>
}

/** Nothing was written, for certain. */
export class NotWritten extends Error {
  /** Whether this is so by an error: because of what it is, or of what it came from. */
  static isSaidBy(error: unknown): boolean {
    if (!(error instanceof Error)) return false
    return error instanceof NotWritten || NotWritten.isSaidBy(error.cause)
  }
}

/** A rule that the database itself refused to break: a trigger's word, or the columns of a unique key. */
export class ConstraintError extends NotWritten {
  override name = 'ConstraintError'
  readonly constraint: string

  constructor(constraint: string, cause: unknown) {
    super(`constraint ${constraint}`, { cause })
    this.constraint = constraint
  }
}

/** Storage could not be reached, or did not answer: whether a write took effect is not known, unless its cause is NotWritten. */
export class StorageError extends Error {
  override name = 'StorageError'
}

const constraintPattern =
  /D1_ERROR: (?:(?:UNIQUE|CHECK|FOREIGN KEY|NOT NULL) constraint failed(?:: (?!SQLITE_CONSTRAINT))?)?([^:]*): SQLITE_CONSTRAINT/

/** A statement or a value that is wrong: our own fault, and no outage. */
const faultPattern = /D1_ERROR: .*: SQLITE_ERROR|D1_ERROR: (no such|near|incomplete|ambiguous)|D1_TYPE_ERROR/s

function toKnownError(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error)
  const constraint = constraintPattern.exec(message)
  if (constraint) return new ConstraintError(constraint[1] || 'foreign_key', error)
  if (faultPattern.test(message)) return error
  if (/D1_|Network connection lost|storage|overloaded/i.test(message)) {
    const isTurnedAway = /too many requests queued/i.test(message)
    const cause = isTurnedAway ? new NotWritten('turned away at the door', { cause: error }) : error
    return new StorageError('storage is not available', { cause })
  }
  return error
}

/** One request's session with D1: what it has written, it reads. */
export class Database {
  readonly #database: D1Database
  readonly #from: string
  #opened: D1DatabaseSession | undefined

  constructor(database: D1Database, from: string) {
    this.#database = database
    this.#from = from
  }

  get #session(): D1DatabaseSession {
    return (this.#opened ??= this.#database.withSession(this.#from))
  }

  /** Where this session has got to, for the caller to come back with; null when it was not needed. */
  get bookmark(): string | null {
    return this.#opened?.getBookmark() ?? null
  }

  /** Runs the statements in one round trip and answers the rows of each. */
  read<const B extends Batch>(batch: B): Promise<RowsOf<B>> {
    return this.#run(batch)
  }

  /** Runs the statements all or not at all; answers what each returns. Throws ConstraintError or StorageError. */
  commit<const B extends Batch>(batch: B): Promise<RowsOf<B>> {
    return this.#run(batch)
  }

  async #run<B extends Batch>(batch: B): Promise<RowsOf<B>> {
    const prepared = inOrder(batch).map(({ text, values }) => this.#session.prepare(text).bind(...values))
    try {
      const [only] = prepared
      const results = prepared.length === 1 && only ? [await only.all()] : await this.#session.batch(prepared)
      return rowsOf(
        batch,
        results.map((result) => result.results),
      )
    } catch (error) {
      throw toKnownError(error)
    }
  }
}
