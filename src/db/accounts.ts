import { and, eq, getTableColumns, gt, gte, inArray, isNull, lt, notExists, sql } from 'drizzle-orm'
import { alias, check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { build, builder, differences, inserting, statement } from './database.ts'
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

export const deleteExpiredRefreshTokens = statement((given: { now: number; limit: number }) => {
  const expired = builder
    .select({ tokenHash: refreshTokens.tokenHash })
    .from(sessions)
    .innerJoin(refreshTokens, eq(refreshTokens.sessionId, sessions.id))
    .where(lt(sessions.expiresAt, given.now))
    .orderBy(sessions.expiresAt)
    .limit(given.limit)
  return builder.delete(refreshTokens).where(inArray(refreshTokens.tokenHash, expired))
})

/** Sessions whose time is up, once their tokens are gone. */
export const deleteExpiredSessions = statement((given: { now: number; limit: number }) => {
  const tokens = builder
    .select({ sessionId: refreshTokens.sessionId })
    .from(refreshTokens)
    .where(eq(refreshTokens.sessionId, sessions.id))
  const expired = builder
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(lt(sessions.expiresAt, given.now), notExists(tokens)))
    .orderBy(sessions.expiresAt)
    .limit(given.limit)
  return builder.delete(sessions).where(inArray(sessions.id, expired))
})

export const insertAccount = inserting(accounts)
/** Inserts nothing once the account is erased: the refresh token that comes with the session then fails (`foreign_key`). */
export const insertSession = statement(
  // Raw, as every insert-select: it writes what it finds.
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
const account = { ...getTableColumns(accounts), email: sql<string>`${accounts.email}`.as('email') }
type Account = Row<typeof accounts> & { email: string }

export const accountById = statement((given: { id: number }) =>
  builder
    .select(account)
    .from(accounts)
    .where(and(eq(accounts.id, given.id), isNull(accounts.erasedAt))),
)

/** Whether an account was erased at an instant or after it. */
export const accountErasedSince = statement((given: { id: number; since: number }) =>
  builder
    .select({ isErased: sql<1>`1`.as('isErased') })
    .from(accounts)
    .where(and(eq(accounts.id, given.id), gte(accounts.erasedAt, given.since))),
)

export const accountByEmail = statement((given: { email: string }) =>
  builder.select(account).from(accounts).where(eq(accounts.email, given.email)),
)

/** With it, whether one of its sessions was last used from this address. */
export const accountByEmailAndAddress = statement((given: { email: string; address: string }) => {
  const there = builder
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.accountId, accounts.id), eq(sessions.address, given.address)))
  return builder
    .select({ ...account, isUsedFromThere: sql<0 | 1>`exists ${there}`.as('isUsedFromThere') })
    .from(accounts)
    .where(eq(accounts.email, given.email))
})

/** Whose refresh token it is, of which session, as long as the session lasts, and whether it has been replaced. */
export const accountByRefreshToken = statement((given: { tokenHash: string; now: number }) => {
  const next = alias(refreshTokens, 'next')
  const replacement = builder
    .select({ tokenHash: next.tokenHash })
    .from(next)
    .where(eq(next.replaces, refreshTokens.tokenHash))
  return builder
    .select({
      ...account,
      sessionId: sql<number>`${sessions.id}`.as('sessionId'),
      isReplaced: sql<0 | 1>`exists ${replacement}`.as('isReplaced'),
    })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .innerJoin(accounts, eq(accounts.id, sessions.accountId))
    .where(
      and(
        eq(refreshTokens.tokenHash, given.tokenHash),
        isNull(accounts.erasedAt),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, given.now),
      ),
    )
})

/** The refresh token that replaced this one, if it did so since then. */
export const refreshTokenAfter = statement((given: { tokenHash: string; since: number }) =>
  builder
    .select({ tokenHash: refreshTokens.tokenHash })
    .from(refreshTokens)
    .where(and(eq(refreshTokens.replaces, given.tokenHash), gte(refreshTokens.createdAt, given.since))),
)

/** Notes where a session was used. */
export const touchSession = statement(
  (given: { id: number; address: string; userAgent: string | null; now: number }) =>
    builder
      .update(sessions)
      .set({ address: given.address, userAgent: given.userAgent, lastUsedAt: given.now })
      .where(and(eq(sessions.id, given.id), isNull(sessions.revokedAt))),
)

/** Writes only what differs, and nothing any more once the account is erased. */
export function updateAccountColumns(before: Account, after: Account): Statement {
  const unerased = and(eq(accounts.id, after.id), isNull(accounts.erasedAt))
  return build(builder.update(accounts).set(differences(before, after)).where(unerased))
}

/** Takes all that tells of a person. Refused (`accountsErased`) while the account owns an active business. */
export const eraseAccountRow = statement((given: { id: number; now: number }) => {
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
    select 1 from "businessListings" where "ownerId" = ${given.id} and "active" = 1) then ${given.now} end`
  return builder
    .update(accounts)
    .set({ ...nothing, erasedAt, updatedAt: given.now })
    .where(and(eq(accounts.id, given.id), isNull(accounts.erasedAt)))
})

export const revokeSession = statement((given: { id: number; now: number }) =>
  builder
    .update(sessions)
    .set({ revokedAt: given.now })
    .where(and(eq(sessions.id, given.id), isNull(sessions.revokedAt))),
)

/** Ends all sessions of an account that is erased, and takes what they tell of the person. */
export const eraseSessionsOf = statement((given: { accountId: number; now: number }) =>
  builder
    .update(sessions)
    .set({ revokedAt: sql`coalesce(${sessions.revokedAt}, ${given.now})`, address: null, userAgent: null })
    .where(eq(sessions.accountId, given.accountId)),
)
