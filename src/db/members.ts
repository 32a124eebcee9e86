import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { accounts } from './accounts.ts'
import { roles } from './businesses.ts'
import type { Role } from './businesses.ts'
import { compile, inserting, isOneOf } from './database.ts'

/** Who acts inside a business. */
export const members = sqliteTable(
  'members',
  {
    businessId: integer().notNull(),
    accountId: integer()
      .notNull()
      .references(() => accounts.id),
    role: text({ enum: roles }).notNull(),
    resourceId: integer(),
    createdAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.businessId, t.accountId] }),
    index('membersByAccount').on(t.accountId, t.businessId),
    check('membersRole', isOneOf(t.role, roles)),
  ],
)

/** What an account is to a business. */
export const standingAtBusiness = compile<
  { id: number; role: Role | null },
  { businessId: number; accountId: number }
>(sql`
  select "id", (select "role" from "members"
    where "businessId" = "businesses"."id" and "accountId" = ${sql.placeholder('accountId')}) as "role"
  from "businesses" where "id" = ${sql.placeholder('businessId')}
`)

/** Which of these are members: `pairs` is JSON [[businessId, accountId]]. */
export const membersAmong = compile<{ businessId: number; accountId: number }, { pairs: string }>(sql`
  select distinct "members"."businessId", "members"."accountId" from json_each(${sql.placeholder('pairs')}) as "pairs"
    join "members" on "members"."businessId" = "pairs"."value" ->> 0 and "members"."accountId" = "pairs"."value" ->> 1
`)

export const deleteMembershipsOf = compile<unknown, { accountId: number }>(sql`
  delete from "members" where "accountId" = ${sql.placeholder('accountId')}
`)

export const insertMember = inserting(members)
