// The lead that a booking comes from: its sum grows by the booking's price, and it is linked to the customer.
import { addBookingToLead, leadOfBusiness } from '#db/leads.ts'
import type { Statement } from '#db/database.ts'
import { actsInside } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { leadNotFound } from './lead.ts'

interface FromLead {
  businessId: number
  leadId?: number | undefined
}

interface Booked {
  priceMinor: number
  currency: string
  customerId: number | null
}

/** What `leadChanges` needs to have read; without a `leadId` it finds nothing. */
export function leadStatement({ businessId, leadId = 0 }: FromLead) {
  return leadOfBusiness({ businessId, id: leadId })
}

/**
 * Statements to commit with the booking, after its customer. Only the business's members and keys may name a lead: throws
 * not_found for everybody else, and for another business's lead.
 */
export function leadChanges(
  ctx: Context,
  { businessId, leadId }: FromLead,
  found: { id: number } | undefined,
  { priceMinor, currency, customerId }: Booked,
): Statement[] {
  if (leadId === undefined) return []
  if (!found || !actsInside(ctx.actor, businessId)) throw leadNotFound()
  return [addBookingToLead({ id: found.id, priceMinor, currency, customerId, now: ctx.clock.now() })]
}
