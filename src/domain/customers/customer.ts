import type { CustomerRow, customers } from '#db/customers.ts'
import type { Row } from '#db/database.ts'
import { actsInside } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { parseOwn } from '#domain/json.ts'
import { wordsOf, wordsOfPhone } from '#domain/search-words.ts'

export { customerKinds } from '#db/customers.ts'

/** Somebody known to a business; `timeZone` is by whose clock the business dates what it writes. */
export type Customer = Omit<CustomerRow, 'details' | 'words'> & { details: Details }

/** What is only kept and shown. */
export interface Details {
  personalId?: string | null | undefined
  idCard?: string | null | undefined
  address?: string | null | undefined
  comments?: string | null | undefined
  vehicleRegistrationNumber?: string | null | undefined
}

/** What a business writes down of somebody. */
export interface CustomerDetails {
  name: string
  forename?: string | null | undefined
  email?: string | null | undefined
  phone?: string | null | undefined
  companyName?: string | null | undefined
  taxId?: string | null | undefined
  kind?: Customer['kind'] | undefined
  /** A language tag. */
  language?: string | null | undefined
  countryId?: number | null | undefined
  details?: Details | undefined
}

export function toCustomer({ words: _, ...row }: CustomerRow): Customer {
  return { ...row, details: parseOwn<Details>(row.details) }
}

/** The row of somebody whom a business did not know before: with an account, or written down by it. */
export function newCustomer(
  ctx: Context,
  {
    businessId,
    accountId = null,
    ...said
  }: Partial<Omit<CustomerDetails, 'name'>> & {
    businessId: number
    name?: string | null
    accountId?: number | null
    id?: number
  },
): Row<typeof customers> {
  const now = ctx.clock.now()
  const row = {
    id: said.id ?? ctx.newId(),
    businessId,
    accountId,
    name: said.name ?? null,
    forename: said.forename ?? null,
    email: said.email ?? null,
    phone: said.phone ?? null,
    companyName: said.companyName ?? null,
    taxId: said.taxId ?? null,
    kind: said.kind ?? 'none',
    language: said.language ?? null,
    countryCode: null,
    countryId: said.countryId ?? null,
    details: JSON.stringify(said.details ?? {}),
    erasedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  return { ...row, words: wordsOfCustomer(row) }
}

/** JSON of the words by which a customer is found: of the name, the e-mail address and the phone. */
export function wordsOfCustomer(row: Pick<CustomerRow, 'name' | 'forename' | 'email' | 'phone'>): string {
  const { name, forename, email, phone } = row
  return JSON.stringify([...new Set([...wordsOf([name, forename, email]), ...wordsOfPhone(phone)])])
}

/** What was found, if the caller acts inside its business. Throws not_found for everybody else. */
export function requireOwnCustomer(
  { actor }: Pick<Context, 'actor'>,
  found: CustomerRow | undefined,
): Customer {
  if (!found || !actsInside(actor, found.businessId)) throw new DomainError('customer.not_found')
  return toCustomer(found)
}

export function hasAccount(): DomainError {
  return new DomainError('customer.has_account')
}
