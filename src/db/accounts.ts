import { sql } from 'drizzle-orm'
import { compile } from './database.ts'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

export const accounts = sqliteTable(
  'accounts',
  {
    id: integer().primaryKey(),
    email: text(),
    passwordHash: text(),
    firstName: text().notNull(),
    lastName: text().notNull(),
    phone: text(),
    locale: text(),
    erasedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex('accountsByEmail').on(t.email),
    check('accountsErased', sql`(${t.erasedAt} is null) = (${t.email} is not null)`),
  ],
)

export const sessions = sqliteTable(
  'sessions',
  {
    id: integer().primaryKey(),
    accountId: integer()
      .notNull()
      .references(() => accounts.id),
    createdAt: integer().notNull(),
    expiresAt: integer().notNull(),
    revokedAt: integer(),
  },
  (t) => [index('sessionsByAccount').on(t.accountId), index('sessionsByExpiry').on(t.expiresAt)],
)

/** A session's refresh tokens: the one that no other replaces is the live one. */
export const refreshTokens = sqliteTable(
  'refreshTokens',
  {
    tokenHash: text().primaryKey(),
    sessionId: integer()
      .notNull()
      .references(() => sessions.id),
    replaces: text(),
    createdAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex('refreshTokensByReplaced').on(t.replaces),
    index('refreshTokensBySession').on(t.sessionId),
  ],
)

export const deleteExpiredRefreshTokens = compile<unknown, { now: number; limit: number }>(sql`
  delete from "refreshTokens" where "sessionId" in (
    select "id" from "sessions" where "expiresAt" < ${sql.placeholder('now')}
    order by "expiresAt" limit ${sql.placeholder('limit')}
  )
`)

export const deleteExpiredSessions = compile<unknown, { now: number; limit: number }>(sql`
  delete from "sessions" where "id" in (
    select "id" from "sessions" where "expiresAt" < ${sql.placeholder('now')}
    order by "expiresAt" limit ${sql.placeholder('limit')}
  )
`)
