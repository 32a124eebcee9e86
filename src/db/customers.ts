import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { accounts } from './accounts.ts'
import { businesses } from './businesses.ts'
import { compile, inserting } from './database.ts'

/** Somebody known to one business; with an account, if they signed up themselves. */
export const customers = sqliteTable(
  'customers',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    accountId: integer().references(() => accounts.id),
    name: text(),
    email: text(),
    phone: text(),
    erasedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex('customersByAccount')
      .on(t.accountId, t.businessId)
      .where(sql`${t.accountId} is not null`),
    index('customersByEmail').on(t.businessId, t.email),
    index('customersByPhone').on(t.businessId, t.phone),
  ],
)

export const insertCustomer = inserting(customers)

/**
 * Whom a booking could be for: the asking account and the customer it already is of the business (all null when
 * nobody is signed in), and who is known there by the contact given: JSON [[id, name]], the eldest first.
 */
export const possibleCustomers = compile<
  {
    firstName: string | null
    lastName: string | null
    email: string | null
    phone: string | null
    customerId: number | null
    known: string
  },
  { accountId: number; businessId: number; email: string | null; phone: string | null }
>(sql`
  select "accounts"."firstName", "accounts"."lastName", "accounts"."email", "accounts"."phone",
    "customers"."id" as "customerId",
    (select json_group_array(json_array("id", "name")) from (
      select * from (select "id", "name" from "customers"
        where "businessId" = ${sql.placeholder('businessId')} and "email" = ${sql.placeholder('email')} limit 20)
      union select * from (select "id", "name" from "customers"
        where "businessId" = ${sql.placeholder('businessId')} and "phone" = ${sql.placeholder('phone')} limit 20)
      order by "id"
    )) as "known"
  from (select 1) left join "accounts"
    on "accounts"."id" = ${sql.placeholder('accountId')} and "accounts"."erasedAt" is null
  left join "customers"
    on "customers"."accountId" = "accounts"."id" and "customers"."businessId" = ${sql.placeholder('businessId')}
`)

/** Leaves a customer that is nobody: no contact, and no account behind it. */
export const eraseCustomersOf = compile<unknown, { accountId: number; now: number }>(sql`
  update "customers" set "accountId" = null, "name" = null, "email" = null, "phone" = null,
    "erasedAt" = ${sql.placeholder('now')}, "updatedAt" = ${sql.placeholder('now')}
  where "accountId" = ${sql.placeholder('accountId')}
`)
