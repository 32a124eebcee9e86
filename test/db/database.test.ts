// How the text of a statement and its values come together.
import { eq, sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { builder, columnsOf, statement } from '#db/database.ts'
import { services } from '#db/services.ts'

describe('a statement', () => {
  it('is compiled once, whatever it is given', () => {
    let compiled = 0
    const named = statement((given: { id: number }) => {
      compiled += 1
      return builder.select({ name: services.name }).from(services).where(eq(services.id, given.id))
    })
    const [one, other] = [named({ id: 1 }), named({ id: 2 })]
    expect(one.text).toBe('select "name" from "services" where "services"."id" = ?')
    expect([one.values, other.values]).toEqual([[1], [2]])
    expect(other.text).toBe(one.text)
    expect(compiled).toBe(1)
  })

  it('takes a value as often as its text names it', () => {
    const between = statement(
      (given: { from: number; to: number }) => sql`select ${given.from}, ${given.to}, ${given.from}`,
    )
    expect(between({ from: 1, to: 2 }).values).toEqual([1, 2, 1])
  })

  it('is refused when its rows would not have a field under its name', () => {
    const renamed = statement(() => builder.select({ title: services.name }).from(services))
    expect(() => renamed({})).toThrow('the column name is selected as title')
    expect(() => columnsOf({ title: services.name })).toThrow('the column name is selected as title')
    expect(columnsOf({ title: sql<string>`${services.name}`.as('title') })).toBeDefined()
  })
})
