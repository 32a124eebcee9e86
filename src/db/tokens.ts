import { eq, sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { accounts } from './accounts.ts'
import { builder, isOneOf, statement } from './database.ts'

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

export const deleteTokensOf = statement((given: { accountId: number }) =>
  builder.delete(tokens).where(eq(tokens.accountId, given.accountId)),
)
