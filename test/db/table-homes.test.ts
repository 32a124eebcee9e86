// What is in the directory and what belongs to one business can part, one day, into databases of their own.
/// <reference types="vite/client" />
import { describe, expect, it } from 'vitest'
import type { Statement } from '#db/database.ts'
import { directoryTables, everywhereTables, tenantTables } from '#db/table-homes.ts'
import { query } from '../world.ts'

/** Parts of statements, that are none by themselves. */
const fragments = new Set(['emptyAnswersTo', 'erased', 'writtenColumns'])

const rooms = import.meta.glob<Record<string, unknown>>(
  ['../../src/db/**/*.ts', '!../../src/db/logs/**', '!../../src/db/**/{database,page,table-homes}.ts'],
  { eager: true },
)

/** Has a value under every name, so that every condition of a statement is in it; the other has none under any. */
const everything = new Proxy({}, { get: () => 1, has: () => true })
const nothing = new Proxy({}, { has: () => true })
/** A page of a list, or columns to change. */
const some = { page: 1, limit: 1, currency: 'EUR', updatedAt: 1 }

function statementsIn(made: unknown): Statement[] {
  if (typeof made !== 'object' || made === null) return []
  if ('text' in made && 'values' in made) return [made as Statement]
  return Object.values(made).flatMap(statementsIn)
}

/** Nothing from those that need values. */
function withoutValues(making: (...given: unknown[]) => unknown): Statement[] {
  try {
    return statementsIn(making(nothing, some, 1))
  } catch {
    return []
  }
}

const statements = Object.values(rooms).flatMap((room) =>
  Object.entries(room).flatMap(([name, made]) => {
    if (typeof made !== 'function' || fragments.has(name)) return []
    const making = made as (...given: unknown[]) => unknown
    const found = [...statementsIn(making(everything, some, 1)), ...withoutValues(making)]
    return [{ name, texts: found.map(({ text }) => text) }]
  }),
)

function touched(text: string, tables: readonly string[]): string[] {
  return tables.filter((table) => new RegExp(`["\`\\s]${table}["\`\\s(.;]`).test(text))
}
const touchesBoth = (text: string) =>
  touched(text, directoryTables).length > 0 && touched(text, tenantTables).length > 0

const schema = () =>
  query<{ type: string; name: string; sql: string | null }>('select type, name, sql from sqlite_schema')

describe('the homes of tables', () => {
  it('are said of every table', async () => {
    const tables = (await schema())
      .filter(({ type, name }) => type === 'table' && !/^(_cf_|sqlite_|d1_|businessWords_)/.test(name))
      .map(({ name }) => name)
    expect([...directoryTables, ...tenantTables, ...everywhereTables].toSorted()).toEqual(tables.toSorted())
  })

  it('do not meet in any one statement', () => {
    expect(statements.length).toBeGreaterThan(100)
    expect(statements.filter(({ texts }) => texts.length === 0)).toEqual([])
    const both = statements.filter(({ texts }) => texts.some(touchesBoth)).map(({ name }) => name)
    expect(both).toEqual([])
  })

  it('do not refer to each other, nor do their triggers', async () => {
    const both = (await schema()).filter(({ sql }) => sql !== null && touchesBoth(sql))
    expect(both.map(({ name }) => name)).toEqual([])
  })
})
