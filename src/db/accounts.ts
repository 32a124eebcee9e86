import { and, eq, isNull, sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { build, builder, columnsOf, differences, inserting, statement } from './database.ts'
import type { Row, Statement } from './database.ts'

export const accounts = sqliteTable(
  'accounts',
  {
    id: integer().primaryKey(),
    /** Null when the account is erased, or had to give an address that it never proved to whoever did. */
    email: text(),
    passwordHash: text(),
    firstName: text().notNull(),
    lastName: text().notNull(),
    phone: text(),
    /** Since when the account has proved that this address, this number, is its own; null: it only says so. */
    emailVerifiedAt: integer(),
    phoneVerifiedAt: integer(),
    emailReleasedAt: integer(),
    locale: text(),
    erasedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex('accountsByEmail').on(t.email),
    check(
      'accountsErased',
      sql`(${t.erasedAt} is null and ${t.emailReleasedAt} is null) = (${t.email} is not null)`,
    ),
    check(
      'accountsTexts',
      sql`length(${t.firstName}) <= 100 and length(${t.lastName}) <= 100 and length(${t.locale}) <= 64 and length(${t.email}) <= 254 and length(${t.phone}) <= 40`,
    ),
  ],
)

export const sessions = sqliteTable(
  'sessions',
  {
    id: integer().primaryKey(),
    accountId: integer()
      .notNull()
      .references(() => accounts.id),
    /** Where, and with what, it was last used; personal, and gone with the account. */
    address: text(),
    userAgent: text(),
    createdAt: integer().notNull(),
    lastUsedAt: integer().notNull(),
    expiresAt: integer().notNull(),
    revokedAt: integer(),
  },
  (t) => [index('sessionsByAccount').on(t.accountId, t.address), index('sessionsByExpiry').on(t.expiresAt)],
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

export const deleteExpiredRefreshTokens = statement(
  (given: { now: number; limit: number }) => sql`
  delete from "refreshTokens" where "tokenHash" in (
    select "tokenHash" from "sessions" join "refreshTokens" on "refreshTokens"."sessionId" = "sessions"."id"
    where "expiresAt" < ${given.now} order by "expiresAt" limit ${given.limit}
  )
`,
)

/** Sessions whose time is up, once their tokens are gone. */
export const deleteExpiredSessions = statement(
  (given: { now: number; limit: number }) => sql`
  delete from "sessions" where "id" in (
    select "id" from "sessions" where "expiresAt" < ${given.now}
      and not exists (select 1 from "refreshTokens" where "sessionId" = "sessions"."id")
    order by "expiresAt" limit ${given.limit}
  )
`,
)

export const insertAccount = inserting(accounts)
/** Inserts nothing once the account is erased: the refresh token that comes with the session then fails (`foreign_key`). */
export const insertSession = statement(
  (given: Omit<Row<typeof sessions>, 'revokedAt'>) => sql`
  insert into "sessions" ("id", "accountId", "address", "userAgent", "createdAt", "lastUsedAt", "expiresAt")
  select ${given.id}, "accounts"."id", ${given.address}, ${given.userAgent},
    ${given.createdAt}, ${given.lastUsedAt}, ${given.expiresAt}
  from "accounts" where "id" = ${given.accountId} and "erasedAt" is null
`,
)
/** Refused (`refreshTokens.replaces`) when the token that it replaces was replaced before. */
export const insertRefreshToken = inserting(refreshTokens)

/** An account that was not erased has its e-mail: none has had to give it up. */
type Account = Row<typeof accounts> & { email: string }

export const accountById = statement(
  (given: { id: number }) => sql<Account>`
  select ${columnsOf(accounts)} from "accounts" where "id" = ${given.id} and "erasedAt" is null
`,
)

/** Whether an account was erased at an instant or after it. */
export const accountErasedSince = statement(
  (given: { id: number; since: number }) => sql<{ isErased: 1 }>`
  select 1 as "isErased" from "accounts"
  where "id" = ${given.id} and "erasedAt" >= ${given.since}
`,
)

export const accountByEmail = statement(
  (given: { email: string }) => sql<Account>`
  select ${columnsOf(accounts)} from "accounts" where "email" = ${given.email}
`,
)

/** With it, whether one of its sessions was last used from this address. */
export const accountByEmailAndAddress = statement(
  (given: { email: string; address: string }) => sql<Account & { isUsedFromThere: number }>`
  select ${columnsOf(accounts)}, exists (
    select 1 from "sessions" where "accountId" = "accounts"."id" and "address" = ${given.address}
  ) as "isUsedFromThere"
  from "accounts" where "email" = ${given.email}
`,
)

/** Whose refresh token it is, of which session, as long as the session lasts, and whether it has been replaced. */
export const accountByRefreshToken = statement(
  (given: { tokenHash: string; now: number }) => sql<Account & { sessionId: number; isReplaced: number }>`
  select ${columnsOf(accounts)}, "sessions"."id" as "sessionId",
    exists (select 1 from "refreshTokens" as "next" where "next"."replaces" = "refreshTokens"."tokenHash") as "isReplaced"
  from "refreshTokens"
  join "sessions" on "sessions"."id" = "refreshTokens"."sessionId"
  join "accounts" on "accounts"."id" = "sessions"."accountId"
  where "tokenHash" = ${given.tokenHash} and "erasedAt" is null
    and "revokedAt" is null and "expiresAt" > ${given.now}
`,
)

/** The refresh token that replaced this one, if it did so since then. */
export const refreshTokenAfter = statement(
  (given: { tokenHash: string; since: number }) => sql<{ tokenHash: string }>`
  select "tokenHash" from "refreshTokens"
  where "replaces" = ${given.tokenHash} and "createdAt" >= ${given.since}
`,
)

/** Notes where a session was used. */
export const touchSession = statement(
  (given: { id: number; address: string; userAgent: string | null; now: number }) => sql`
  update "sessions" set "address" = ${given.address}, "userAgent" = ${given.userAgent},
    "lastUsedAt" = ${given.now}
  where "id" = ${given.id} and "revokedAt" is null
`,
)

/** Writes only what differs, and nothing any more once the account is erased. */
export function updateAccountColumns(before: Account, after: Account): Statement {
  const unerased = and(eq(accounts.id, after.id), isNull(accounts.erasedAt))
  return build(builder.update(accounts).set(differences(before, after)).where(unerased))
}

/** Takes all that tells of a person. Refused (`accountsErased`) while the account owns an active business. */
export function eraseAccountRow({ id, now }: { id: number; now: number }): Statement {
  const nothing = {
    email: null,
    passwordHash: null,
    firstName: '',
    lastName: '',
    phone: null,
    emailVerifiedAt: null,
    phoneVerifiedAt: null,
    emailReleasedAt: null,
    locale: null,
  }
  const erasedAt = sql`case when not exists (
    select 1 from "businessListings" where "ownerId" = ${id} and "active" = 1) then ${now} end`
  const unerased = and(eq(accounts.id, id), isNull(accounts.erasedAt))
  return build(
    builder
      .update(accounts)
      .set({ ...nothing, erasedAt, updatedAt: now })
      .where(unerased),
  )
}

export const revokeSession = statement(
  (given: { id: number; now: number }) => sql`
  update "sessions" set "revokedAt" = ${given.now}
  where "id" = ${given.id} and "revokedAt" is null
`,
)

/** Ends all sessions of an account that is erased, and takes what they tell of the person. */
export const eraseSessionsOf = statement(
  (given: { accountId: number; now: number }) => sql`
  update "sessions" set "revokedAt" = coalesce("revokedAt", ${given.now}), "address" = null,
    "userAgent" = null
  where "accountId" = ${given.accountId}
`,
)
