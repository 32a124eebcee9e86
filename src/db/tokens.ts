import { and, eq, getTableColumns, isNull, lte, or, sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { accounts } from './accounts.ts'
import { builder, isOneOf, statement } from './database.ts'
import type { Row } from './database.ts'
import { members } from './members.ts'
import { listing } from './page.ts'
import type { Window } from './page.ts'

/** `access` for another program, `calendar` for a subscribed calendar, `card` for the card of a booking. */
export const tokenKinds = ['access', 'calendar', 'card'] as const

/** Long-lived secrets of an account or a business, good until they are revoked. */
export const tokens = sqliteTable(
  'tokens',
  {
    id: integer().primaryKey(),
    kind: text({ enum: tokenKinds }).notNull(),
    accountId: integer().references(() => accounts.id),
    businessId: integer(),
    secretHash: text().notNull(),
    name: text(),
    lastUsedAt: integer(),
    revokedAt: integer(),
    createdAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex('tokensByHash').on(t.secretHash),
    index('tokensByAccount').on(t.accountId, t.id),
    index('tokensByBusiness').on(t.businessId, t.id),
    check('tokensKind', isOneOf(t.kind, tokenKinds)),
    check('tokensOwner', sql`${t.accountId} is not null or ${t.businessId} is not null`),
    check('tokensName', sql`length(${t.name}) <= 100`),
  ],
)

export type Token = Row<typeof tokens>

/** An account's access token, with the account's memberships: a row for each, or one without any. */
export const accessTokenById = statement((given: { id: number }) =>
  builder
    .select({
      accountId: tokens.accountId,
      secretHash: tokens.secretHash,
      lastUsedAt: tokens.lastUsedAt,
      revokedAt: tokens.revokedAt,
      businessId: members.businessId,
      role: members.role,
      resourceId: members.resourceId,
    })
    .from(tokens)
    .leftJoin(members, eq(members.accountId, tokens.accountId))
    .where(and(eq(tokens.id, given.id), eq(tokens.kind, 'access'))),
)

export const tokenById = statement((given: { id: number }) =>
  builder.select().from(tokens).where(eq(tokens.id, given.id)),
)

/** An account's access tokens, revoked ones too, the newest first. */
export function accessTokenList(accountId: number, window: Window, countUpTo: number) {
  const query = {
    columns: getTableColumns(tokens),
    from: sql`"tokens"`,
    where: sql`"accountId" = ${accountId} and "kind" = 'access'`,
    key: [sql`"tokens"."id"`],
    descending: true,
  }
  return listing(query, window, countUpTo)
}

type NewToken = Pick<Token, 'id' | 'secretHash' | 'name' | 'createdAt'> & { accountId: number }

/** Fails on `foreign_key` once the account is erased. */
export const insertAccessToken = statement((given: NewToken) => {
  const owner = sql`(select "id" from "accounts" where "id" = ${given.accountId} and "erasedAt" is null)`
  return builder.insert(tokens).values({
    id: given.id,
    kind: 'access',
    // Nobody's id, for an account that is gone.
    accountId: sql`coalesce(${owner}, -1)`,
    secretHash: given.secretHash,
    name: given.name,
    createdAt: given.createdAt,
  })
})

/** Deletes an account's access tokens beyond `most`: revoked ones first, then those longest unused. */
export const deleteTokensBeyond = statement(
  // Raw for its offset without a limit.
  (given: { accountId: number; most: number }) => sql`
  delete from "tokens" where "id" in (
    select "id" from "tokens" where "accountId" = ${given.accountId} and "kind" = 'access'
    order by "revokedAt" is null desc, coalesce("lastUsedAt", "createdAt") desc, "id" desc
    limit -1 offset ${given.most}
  )
`,
)

export const revokeTokenRow = statement((given: { id: number; now: number }) =>
  builder
    .update(tokens)
    .set({ revokedAt: given.now })
    .where(and(eq(tokens.id, given.id), isNull(tokens.revokedAt))),
)

/** Notes a use, unless one was noted since `before`. */
export const touchToken = statement((given: { id: number; now: number; before: number }) =>
  builder
    .update(tokens)
    .set({ lastUsedAt: given.now })
    .where(and(eq(tokens.id, given.id), or(isNull(tokens.lastUsedAt), lte(tokens.lastUsedAt, given.before)))),
)

export const deleteTokensOf = statement((given: { accountId: number }) =>
  builder.delete(tokens).where(eq(tokens.accountId, given.accountId)),
)
