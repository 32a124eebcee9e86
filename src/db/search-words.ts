import { sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { check, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { isOneOf } from './database.ts'

export const searchedSubjects = ['customer', 'invoice'] as const

/** By which words a business finds whom and what it wrote down. Triggers keep it: each row that is found so has its own words. */
export const searchWords = sqliteTable(
  'searchWords',
  {
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    subject: text({ enum: searchedSubjects }).notNull(),
    word: text().notNull(),
    /** Of the subject. */
    id: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.businessId, t.subject, t.word, t.id] }),
    check('searchWordsSubject', isOneOf(t.subject, searchedSubjects)),
  ],
)

/** What a search looks at: so many of those that have its longest word. */
export const searchedUpTo = 1_000

export interface Search {
  businessId: number
  subject: (typeof searchedSubjects)[number]
  /** JSON array of the beginnings of words, all of which must fit, the rarest first; none finds nothing. */
  words: string
}

/**
 * A table of a business's rows that have words beginning with all of these, under the table's own name: it reads by the
 * first, and looks through what it has found for the others.
 */
export function foundByWords(table: string, { businessId, subject, words }: Search): SQL {
  const named = sql.identifier(table)
  const begins = (word: SQL, start: SQL) => sql`${word} >= ${start} and ${word} < ${start} || char(1114111)`
  return sql`(
    select ${named}.* from (
      select distinct "id" as "foundId" from "searchWords"
      where "businessId" = ${businessId} and "subject" = ${subject} and ${begins(sql`"word"`, sql`(${words} ->> 0)`)}
      limit ${searchedUpTo}
    ) cross join ${named} on ${named}."id" = "foundId"
    where not exists (
      select 1 from json_each(${words}) as "wanted" where not exists (
        select 1 from json_each(${named}."words") as "own" where ${begins(sql`"own".value`, sql`"wanted".value`)}))
  ) as ${named}`
}
