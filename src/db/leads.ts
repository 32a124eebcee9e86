import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { customers, erased } from './customers.ts'
import type { Erased } from './customers.ts'
import { among, build, builder, inserting, isOneOf, statement } from './database.ts'
import type { Row, Statement } from './database.ts'
import { events } from './events.ts'
import { leadStages } from './lead-stages.ts'
import { listing } from './page.ts'
import type { Window } from './page.ts'
import { sites } from './sites.ts'
import { emptyAnswersTo } from './webhooks/attempts.ts'

/** `available`: offered to a business; `accepted`: its own; `taken`: another's, which was faster; `expired`: nobody's any more. */
export const leadStatuses = ['available', 'accepted', 'taken', 'expired'] as const

/** The columns of an erased lead that told of a person. The trigger that empties a lead of an erased customer says the same. */
const unknown = {
  visitId: null,
  clientId: null,
  recordingUrl: null,
  name: null,
  phone: null,
  phoneDigits: null,
  email: null,
  message: null,
}
const isUnknown = sql.raw(
  Object.keys(unknown)
    .map((column) => `"${column}" is null`)
    .join(' and '),
)

/** Somebody's request to a business, and where they came from. */
export const leads = sqliteTable(
  'leads',
  {
    id: integer().primaryKey(),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    siteId: integer()
      .notNull()
      .references(() => sites.id),
    status: text({ enum: leadStatuses }).notNull(),
    /** A stage of the business's list; null, or one that is not in the list any more, counts as its first. */
    stageId: integer(),
    channel: text(),
    traffic: text(),
    /** 24 hexadecimal digits. */
    visitId: text(),
    clientId: text(),
    callDurationSeconds: integer(),
    recordingUrl: text(),
    name: text(),
    phone: text(),
    /** The digits of `phone`, by which it is found however it is written. */
    phoneDigits: text(),
    email: text(),
    message: text(),
    summMinor: integer().notNull(),
    currency: text().notNull(),
    /** 1 once the sum was set by hand: bookings add nothing to it any more. */
    isSummByHand: integer().notNull(),
    /** The customer of the first booking made from the lead. */
    customerId: integer().references(() => customers.id),
    erasedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    index('leadsByBusiness').on(t.businessId, t.id),
    index('leadsBySite').on(t.siteId, t.createdAt, t.id),
    index('leadsByCustomer')
      .on(t.customerId)
      .where(sql`${t.customerId} is not null`),
    index('leadsByEmail')
      .on(t.businessId, t.email)
      .where(sql`${t.email} is not null`),
    index('leadsByPhone')
      .on(t.businessId, t.phoneDigits)
      .where(sql`${t.phoneDigits} is not null`),
    check('leadsStatus', isOneOf(t.status, leadStatuses)),
    check('leadsVisit', sql`length(${t.visitId}) = 24`),
    check('leadsCall', sql`${t.callDurationSeconds} >= 0`),
    check('leadsSumm', sql`${t.summMinor} >= 0 and ${t.isSummByHand} in (0, 1)`),
    check('leadsErased', sql`${t.erasedAt} is null or ${isUnknown}`),
    check(
      'leadsTexts',
      sql`length(${t.channel}) <= 100 and length(${t.traffic}) <= 100 and length(${t.clientId}) <= 100 and length(${t.recordingUrl}) <= 2000 and length(${t.name}) <= 200 and length(${t.phone}) <= 40 and length(${t.email}) <= 254 and length(${t.message}) <= 5000`,
    ),
  ],
)

export type Lead = Row<typeof leads>

export const insertLead = inserting(leads)

/** A lead with the stages of its business. */
export const leadById = statement((given: { id: number }) =>
  builder
    .select({ ...getTableColumns(leads), stages: leadStages.stages })
    .from(leads)
    .leftJoin(leadStages, eq(leadStages.businessId, leads.businessId))
    .where(eq(leads.id, given.id)),
)

export const leadOfBusiness = statement((given: { businessId: number; id: number }) =>
  builder
    .select({ id: leads.id })
    .from(leads)
    .where(and(eq(leads.id, given.id), eq(leads.businessId, given.businessId))),
)

/** A business's leads, the newest first. */
export function leadList(businessId: number, window: Window, countUpTo: number) {
  const query = {
    columns: getTableColumns(leads),
    from: sql`"leads"`,
    where: sql`"businessId" = ${businessId}`,
    key: [sql`"leads"."id"`],
    descending: true,
  }
  return listing(query, window, countUpTo)
}

/** A site's leads that were made in [fromAt, toAt), the oldest first. */
export function siteLeadList(
  { siteId, fromAt, toAt }: { siteId: number; fromAt: number; toAt: number },
  window: Window,
  countUpTo: number,
) {
  const query = {
    columns: { id: leads.id, siteId: leads.siteId, createdAt: leads.createdAt },
    from: sql`"leads"`,
    where: sql`"siteId" = ${siteId} and "createdAt" >= ${fromAt} and "createdAt" < ${toAt}`,
    key: [sql`"createdAt"`, sql`"id"`],
    descending: false,
  }
  return listing(query, window, countUpTo)
}

type Changes = Partial<Pick<Lead, 'stageId' | 'summMinor' | 'isSummByHand'>> & Pick<Lead, 'updatedAt'>

export function updateLeadColumns(id: number, changes: Changes): Statement {
  return build(builder.update(leads).set(changes).where(eq(leads.id, id)))
}

/**
 * Links a lead to the customer of a booking, if it has none yet, and adds the booking's price to the sum: unless the sum
 * was set by hand, or is in another currency.
 */
export const addBookingToLead = statement(
  (given: { id: number; priceMinor: number; currency: string; customerId: number | null; now: number }) => {
    const isAdded = sql`${leads.isSummByHand} = 0 and ${leads.currency} = ${given.currency}`
    return builder
      .update(leads)
      .set({
        summMinor: sql`${leads.summMinor} + case when ${isAdded} then ${given.priceMinor} else 0 end`,
        customerId: sql`coalesce(${leads.customerId}, ${given.customerId})`,
        updatedAt: given.now,
      })
      .where(eq(leads.id, given.id))
  },
)

/** The digits of a phone number in a column, however it is written. */
const digitsOf = (column: SQL): SQL =>
  ['+', ' ', '(', ')', '.', '/', '-'].reduce(
    (text, mark) => sql`replace(${text}, ${sql.raw(`'${mark}'`)}, '')`,
    column,
  )

/**
 * The leads of customers who are to be erased: those they booked from and, for a customer whom the business itself wrote
 * down, those with the same contact. The contact of an account proves nothing: anybody can sign up under any address.
 */
export const leadsToErase = statement(
  // Raw: its cross joins keep the order, customers first, each with an index of its own.
  (given: Erased & { limit: number }) => sql<Pick<Lead, 'id' | 'businessId' | 'email' | 'phone'>>`
  select "id", "businessId", "email", "phone" from "leads" where "id" in (
    select "leads"."id" from (${erased(given)}) as "whose"
      cross join "leads" on "leads"."customerId" = "whose"."id"
      where "leads"."erasedAt" is null
    union select "leads"."id" from "customers" cross join "leads"
      on "leads"."businessId" = "customers"."businessId" and "leads"."email" = "customers"."email"
      where "customers"."id" = ${given.customerId}
    union select "leads"."id" from "customers" cross join "leads"
      on "leads"."businessId" = "customers"."businessId"
        and "leads"."phoneDigits" = ${digitsOf(sql`"customers"."phone"`)}
      where "customers"."id" = ${given.customerId}
    limit ${given.limit}
  )
`,
)

/** Takes the person out of leads (JSON ids). */
export const erasePersonFromLeads = statement((given: { ids: string; now: number }) =>
  builder
    .update(leads)
    .set({ ...unknown, erasedAt: given.now, updatedAt: given.now })
    .where(inArray(leads.id, among(given.ids))),
)

const eventsOfLeads = (given: { ids: string }) => sql`(
  select "id" from "events" where "subject" = 'lead' and "subjectId" in ${among(given.ids)})`

/** Takes the person out of what events tell of leads (JSON ids). */
export const erasePersonFromLeadEvents = statement((given: { ids: string }) => {
  const data = sql`json_replace(${events.data}, '$.visitId', null, '$.clientId', null, '$.recordingUrl', null,
    '$.name', null, '$.phone', null, '$.email', null, '$.message', null)`
  return builder
    .update(events)
    .set({ data })
    .where(inArray(events.id, eventsOfLeads(given)))
})

/** Removes what webhooks answered to those events: it may repeat what they were told. */
export const erasePersonFromLeadAnswers = statement((given: { ids: string }) =>
  emptyAnswersTo(eventsOfLeads(given)),
)
