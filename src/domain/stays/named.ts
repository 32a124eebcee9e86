// What a stay names: its rooms, its source, and who comes.
import { insertCustomer, customerById } from '#db/customers.ts'
import type { Statement } from '#db/database.ts'
import { sourceById } from '#db/sources.ts'
import type { Context } from '#domain/context.ts'
import { newCustomer } from '#domain/customers/customer.ts'
import type { CustomerDetails } from '#domain/customers/customer.ts'
import { invalid } from './stay.ts'
import type { Stay } from './stay.ts'

export interface Named {
  businessId: number
  sourceId?: number | undefined
  customerId?: number | undefined
  /** Somebody whom the business did not know before. */
  guest?: CustomerDetails | undefined
}

/** What must be read before `withNamed` can decide. */
export function namedStatements({ businessId, sourceId, customerId }: Named) {
  return {
    source: sourceById({ businessId, id: sourceId ?? 0 }),
    customer: customerById({ id: customerId ?? 0 }),
  }
}

interface Found {
  source: NonNullable<ReturnType<typeof sourceById>['row']>[]
  customer: NonNullable<ReturnType<typeof customerById>['row']>[]
}

/** The columns that say where a stay comes from and who comes, and what must be written for them to be true. Throws invalid. */
export function namedColumns(
  ctx: Context,
  { businessId, sourceId, customerId, guest }: Named,
  { source: [source], customer: [customer] }: Found,
): { columns: Partial<Stay>; statements: Statement[] } {
  if (sourceId !== undefined && !source) throw unknown('sourceId')
  const origin = source && { sourceId: source.id, source: source.name }
  if (customerId !== undefined) {
    if (customer?.businessId !== businessId) throw unknown('customerId')
    return { columns: { ...origin, ...contactOf(customer) }, statements: [] }
  }
  if (!guest) return { columns: { ...origin }, statements: [] }
  const made = newCustomer(ctx, { businessId, ...guest })
  return { columns: { ...origin, ...contactOf(made) }, statements: [insertCustomer(made)] }
}

interface Known {
  id: number
  name: string | null
  forename: string | null
  email: string | null
  phone: string | null
}

function contactOf({ id, name, forename, email, phone }: Known) {
  return {
    customerId: id,
    customerName: [forename, name].filter(Boolean).join(' '),
    customerEmail: email,
    customerPhone: phone,
  }
}

export function unknown(field: string): Error {
  return invalid([{ field, message: 'There is no such one in this business' }])
}
