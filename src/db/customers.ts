import { and, eq, getTableColumns, inArray, isNull, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { build, builder, inserting, isAsRead, isOneOf, statement } from './database.ts'
import type { Row, RowWith, Statement } from './database.ts'
import { firstRows, listing } from './page.ts'
import type { Window } from './page.ts'
import { foundByWords } from './search-words.ts'

/** The conditions of the partial indexes below; a query that wants them says them in the same words. */
const noAccounts = sql.raw('"accountId" is null')
const known = sql.raw('"erasedAt" is null')

/** A text as lists are ordered by it: who has none comes first. Without a comma, which migrations cannot have in an index. */
const ordered = (column: 'name' | 'forename') =>
  sql.raw(`(case when "${column}" is null then '' else "${column}" end) collate nocase`)

/**
 * The columns of an erased customer. The trigger that empties a customer again when it is erased twice says the same.
 */
const unknown = {
  accountId: sql`null`,
  name: sql`null`,
  forename: sql`null`,
  email: sql`null`,
  phone: sql`null`,
  companyName: sql`null`,
  taxId: sql`null`,
  kind: sql`'none'`,
  language: sql`null`,
  countryCode: sql`null`,
  countryId: sql`null`,
  details: sql`'{}'`,
  words: sql`'[]'`,
}
const isUnknown = sql.join(
  Object.entries(unknown).map(([column, nothing]) => sql`${sql.identifier(column)} is ${nothing}`),
  sql` and `,
)

/** How much the business likes to see them again. */
export const customerKinds = ['none', 'regular', 'unwanted'] as const

/** Somebody known to one business: an account that booked there itself, or somebody whom the business wrote down. */
export const customers = sqliteTable(
  'customers',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    accountId: integer(),
    /** The whole name, or the family's where the forename is known. */
    name: text(),
    forename: text(),
    email: text(),
    phone: text(),
    companyName: text(),
    taxId: text(),
    kind: text({ enum: customerKinds }).notNull(),
    /** A language tag, and an ISO 3166 code of two letters. */
    language: text(),
    countryCode: text(),
    /** The country's number in a list that is not ours. */
    countryId: integer(),
    /** JSON object of what is only kept and shown. */
    details: text().notNull(),
    /** JSON array of the words by which they are found. */
    words: text().notNull().default('[]'),
    erasedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex('customersByAccount')
      .on(t.accountId, t.businessId)
      .where(sql`${t.accountId} is not null`),
    index('customersByEmail').on(t.businessId, t.email).where(noAccounts),
    index('customersByPhone').on(t.businessId, t.phone).where(noAccounts),
    index('customersByBusiness').on(t.businessId, t.id).where(known),
    index('customersByName').on(t.businessId, ordered('name'), t.id).where(known),
    index('customersByForename').on(t.businessId, ordered('forename'), t.id).where(known),
    index('customersByUpdate').on(t.businessId, t.updatedAt, t.id).where(known),
    check('customersErased', sql`${t.erasedAt} is null or ${isUnknown}`),
    check('customersKind', isOneOf(t.kind, customerKinds)),
    check('customersDetails', sql`json_valid(${t.details}) and length(${t.details}) <= 8192`),
    check('customersWords', sql`json_valid(${t.words}) and length(${t.words}) <= 4096`),
    check(
      'customersTexts',
      sql`length(${t.name}) <= 256 and length(${t.forename}) <= 100 and length(${t.email}) <= 254 and length(${t.phone}) <= 40 and length(${t.companyName}) <= 200 and length(${t.taxId}) <= 40 and length(${t.language}) <= 35 and length(${t.countryCode}) = 2`,
    ),
  ],
)

export const insertCustomer = inserting(customers)

/**
 * Whom a booking could be for: the customer that an account already is of the business, and whom the business itself
 * wrote down by the contact given: JSON [[id, name]], the eldest first. A customer with an account is never among those:
 * anybody can sign up under any address.
 */
export const possibleCustomers = statement(
  // Raw: one row of three looks, each by an index of its own.
  (given: { accountId: number; businessId: number; email: string | null; phone: string | null }) => sql<{
    customerId: number | null
    known: string
  }>`
  select
    (select "id" from "customers" where "accountId" = ${given.accountId}
      and "businessId" = ${given.businessId}) as "customerId",
    (select json_group_array(json_array("id", "name")) from (
      select * from (select "id", "name" from "customers" where "businessId" = ${given.businessId}
        and "email" = ${given.email} and ${noAccounts} limit 20)
      union select * from (select "id", "name" from "customers" where "businessId" = ${given.businessId}
        and "phone" = ${given.phone} and ${noAccounts} limit 20)
      order by "id"
    )) as "known"
`,
)

/** A customer as the business sees them, and by whose clock it dates what it writes. */
const customer = {
  ...getTableColumns(customers),
  timeZone: sql<string>`(select "timeZone" from "businesses" where "id" = "customers"."businessId")`.as(
    'timeZone',
  ),
}
export type CustomerRow = RowWith<typeof customer>

/** A customer who was not erased. */
export const customerById = statement((given: { id: number }) =>
  builder
    .select(customer)
    .from(customers)
    .where(and(eq(customers.id, given.id), isNull(customers.erasedAt))),
)

/** Fails on `customers.words` when somebody else has changed or erased the customer since it was `before`. */
export function updateCustomerColumns(
  before: Row<typeof customers>,
  changes: Partial<Row<typeof customers>> & { words: string },
): Statement {
  return build(
    builder
      .update(customers)
      .set({ ...changes, words: sql`case when ${isAsRead(customers, before)} then ${changes.words} end` })
      .where(eq(customers.id, before.id)),
  )
}

export type CustomerOrder = 'id' | 'name' | 'forename' | 'updatedAt'

export interface CustomerQuery {
  businessId: number
  /** JSON array of the beginnings of words, all of which must fit, the rarest first. */
  words?: string | undefined
  language?: string | undefined
  countryId?: number | undefined
  kind?: (typeof customerKinds)[number] | undefined
  /** Whether they are, or stand for, a company. */
  isCompany?: boolean | undefined
  by: CustomerOrder
  descending: boolean
}

function keyOf(by: CustomerOrder): SQL[] {
  const id = sql`"customers"."id"`
  if (by === 'name' || by === 'forename') return [ordered(by), id]
  return by === 'updatedAt' ? [sql`"customers"."updatedAt"`, id] : [id]
}

/** A business's customers who were not erased. A filter finds any among the first that are counted at most. */
export function customerList(
  { businessId, words, language, countryId, kind, isCompany, by, descending }: CustomerQuery,
  window: Window,
  countUpTo: number,
) {
  const key = keyOf(by)
  const own = sql`"customers"."businessId" = ${businessId} and ${known}`
  const filters = [
    language !== undefined && sql`"customers"."language" = ${language}`,
    countryId !== undefined && sql`"customers"."countryId" = ${countryId}`,
    kind !== undefined && sql`"customers"."kind" = ${kind}`,
    isCompany !== undefined &&
      sql`("customers"."companyName" is not null or "customers"."taxId" is not null) = ${Number(isCompany)}`,
  ].filter((filter) => filter !== false)
  const first = { where: own, key, descending, limit: countUpTo }
  const all = filters.length > 0 ? firstRows('customers', first) : sql`"customers"`
  const query = {
    columns: customer,
    from: words === undefined ? all : foundByWords('customers', { businessId, subject: 'customer', words }),
    where: sql.join([own, ...filters], sql` and `),
    key,
    descending,
  }
  return listing(query, window, countUpTo)
}

/** Who is to be erased: all the customers that an account is, or one alone; the other is 0, which is nobody. */
export interface Erased extends Record<string, unknown> {
  accountId: number
  customerId: number
}

/** Their [businessId, id], each by an index of its own. */
export const erased = (given: Erased) => sql`
  select "businessId", "id" from "customers" where "accountId" = ${given.accountId}
  union all select "businessId", "id" from "customers" where "id" = ${given.customerId}`

const isErased = (given: Erased) => inArray(customers.id, sql`(select "id" from (${erased(given)}))`)

export const contactsToErase = statement((given: Erased) => {
  const { businessId, id, email, phone } = customers
  return builder.select({ businessId, id, email, phone }).from(customers).where(isErased(given))
})

/** Leaves customers that are nobody: nothing known of them, and no account behind them. Refused (`customer_named`) while a booking names one. */
export const eraseCustomerRows = statement((given: Erased & { now: number }) =>
  builder
    .update(customers)
    .set({ ...unknown, erasedAt: given.now, updatedAt: given.now })
    .where(isErased(given)),
)
