// Whom a booking is for: the caller, or somebody whom the business names.
import { accountById } from '#db/accounts.ts'
import { insertCustomer, possibleCustomers } from '#db/customers.ts'
import type { Statement } from '#db/database.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { parseOwn } from '#domain/json.ts'
import { newCustomer } from './customer.ts'

export interface Contact {
  /** Null where the business knows no more than how to reach them. */
  name: string | null
  email?: string | null | undefined
  phone?: string | null | undefined
}

/** The columns of a booking that say whom it is for, and what must be written for them to be true. */
export interface ResolvedCustomer {
  columns: {
    customerId: number | null
    customerName: string | null
    customerEmail: string | null
    customerPhone: string | null
  }
  statements: Statement[]
}

type Account = ReturnType<typeof accountById>['row']
type Possible = ReturnType<typeof possibleCustomers>['row']

/** A hold's customer, as long as there is none. */
export const nobody: ResolvedCustomer = {
  columns: { customerId: null, customerName: null, customerEmail: null, customerPhone: null },
  statements: [],
}

/** What must be read before `resolveCustomer` can decide. */
export function customerStatements({ accountId }: Context, businessId: number, contact?: Contact) {
  const { email = null, phone = null } = contact ?? {}
  return {
    account: accountById({ id: accountId }),
    possible: possibleCustomers({ accountId, businessId, email, phone }),
  }
}

/**
 * A business books for whom it names, everybody else for themselves (a contact they give is kept on the booking
 * only). Throws unauthenticated when the account is gone, invalid when nobody is named.
 */
export function resolveCustomer(
  ctx: Context,
  input: {
    businessId: number
    isMember: boolean
    contact: Contact | undefined
    account: Account
    possible: Possible
  },
): ResolvedCustomer {
  const { businessId, isMember, contact, account, possible } = input
  const isSignedIn = ctx.actor.type === 'user'
  if (isSignedIn && !account) {
    throw new DomainError('auth.invalid_token')
  }
  const namesSomebody = contact && (isMember || !isSignedIn)
  if (!namesSomebody && !isSignedIn) throw customerRequired()
  const own: Contact = {
    name: `${account?.firstName ?? ''} ${account?.lastName ?? ''}`.trim(),
    email: account?.email,
    phone: account?.phone,
  }
  const given = contact ?? own
  const customerId = namesSomebody ? knownAs(contact, possible?.known) : possible?.customerId
  const columns = {
    customerId: customerId ?? ctx.newId(),
    customerName: given.name,
    customerEmail: given.email ?? null,
    customerPhone: given.phone ?? null,
  }
  if (customerId) return { columns, statements: [] }

  const { name, email, phone } = namesSomebody ? contact : own
  const accountId = !namesSomebody && ctx.actor.type === 'user' ? ctx.actor.accountId : null
  const customer = insertCustomer(
    newCustomer(ctx, { id: columns.customerId, businessId, accountId, name, email, phone }),
  )
  return { columns, statements: [customer] }
}

export function customerRequired(): DomainError {
  const message = 'Customer is required'
  return new DomainError('booking.customer_required', { message, errors: [{ field: 'customer', message }] })
}

/** Relatives share phones and mailboxes: only the same name makes it the same person. */
function knownAs(contact: Contact, known = '[]'): number | undefined {
  const people = parseOwn<[number, string | null][]>(known)
  return people.find(([, name]) => name?.toLowerCase() === contact.name?.toLowerCase())?.[0]
}
