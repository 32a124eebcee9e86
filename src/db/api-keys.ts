import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'

/** A partner's credential: only hashes of it are kept. */
export const apiKeys = sqliteTable(
  'apiKeys',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    name: text().notNull(),
    /** What is shown of it: prefix and first four, last four. */
    start: text().notNull(),
    lastFour: text().notNull(),
    /** SHA-256 of the whole key, hex. */
    keyHash: text().notNull(),
    /** The key before the last rotation, good until its grace ends. */
    previousKeyHash: text(),
    previousUntilAt: integer(),
    /** JSON array of scopes. */
    scopes: text().notNull(),
    /** JSON array of CIDR ranges; null lets every address. */
    allowedIps: text(),
    expiresAt: integer(),
    revokedAt: integer(),
    lastUsedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex('apiKeysByHash').on(t.keyHash),
    uniqueIndex('apiKeysByPreviousHash').on(t.previousKeyHash),
    index('apiKeysByBusiness').on(t.businessId, t.id),
    check('apiKeysScopes', sql`json_valid(${t.scopes})`),
    check('apiKeysAllowedIps', sql`${t.allowedIps} is null or json_valid(${t.allowedIps})`),
  ],
)
