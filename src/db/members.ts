import { eq, sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { accounts } from './accounts.ts'
import { builder, inserting, isOneOf, statement } from './database.ts'
import type { Row } from './database.ts'

/** What an account may be to a business. */
export const roles = ['owner', 'manager', 'staff'] as const
export type Role = (typeof roles)[number]

/** Who acts inside a business. */
export const members = sqliteTable(
  'members',
  {
    businessId: integer().notNull(),
    accountId: integer()
      .notNull()
      .references(() => accounts.id),
    role: text({ enum: roles }).notNull(),
    /** Who of its staff they are. */
    resourceId: integer(),
    createdAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.businessId, t.accountId] }),
    // Covers what the first read of everybody's request asks.
    index('membersByAccount').on(t.accountId, t.businessId, t.role, t.resourceId),
    check('membersRole', isOneOf(t.role, roles)),
  ],
)

export type Membership = Pick<Row<typeof members>, 'businessId' | 'role' | 'resourceId'>

/** In how many businesses an account can be a member: a trigger refuses any more. */
export const mostMemberships = 100

/** All that an account is to businesses. */
export const membershipsOf = statement((given: { accountId: number }) =>
  builder
    .select({ businessId: members.businessId, role: members.role, resourceId: members.resourceId })
    .from(members)
    .where(eq(members.accountId, given.accountId))
    .limit(mostMemberships),
)

/** Which of these are members: `pairs` is JSON [[businessId, accountId]]. */
export const membersAmong = statement(
  // Raw: pairs come as JSON, and each is looked up by the whole of it.
  (given: { pairs: string }) => sql<{ businessId: number; accountId: number }>`
  select distinct "members"."businessId", "members"."accountId" from json_each(${given.pairs}) as "pairs"
    join "members" on "members"."businessId" = "pairs"."value" ->> 0 and "members"."accountId" = "pairs"."value" ->> 1
`,
)

export const deleteMembershipsOf = statement((given: { accountId: number }) =>
  builder.delete(members).where(eq(members.accountId, given.accountId)),
)

export const insertMember = inserting(members)
