import { serviceOffer } from '#db/agendas.ts'
import { actsInside } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { requireUnits } from '#domain/services/service.ts'
import type { Bookable, Wished } from '#domain/resources/resource.ts'
import { agendaStatement } from './agenda.ts'
import type { AgendaQuery } from './agenda.ts'
import { calendarFrom } from './calendar.ts'
import { whyNotFree } from './explain-slot.ts'
import type { SlotRefusal } from './explain-slot.ts'
import { freeSlots } from './free-slots.ts'
import type { Slot } from './free-slots.ts'

/** How far one search may reach. */
export const longestSearchDays = 62
const day = 86_400_000

export interface SlotQuery extends Wished {
  businessId: number
  serviceId: number
  /** How many seats of a class, together; one unless said otherwise. */
  units?: number | undefined
}

/**
 * Every free slot that starts in [fromAt, toAt), and the business's zone. Throws not_found for a service that cannot be
 * booked, invalid for more days or more slots than one answer holds, conflict for somebody who does not perform it.
 */
export async function findSlots(
  ctx: Context,
  query: SlotQuery & { fromAt: number; toAt: number },
): Promise<{ slots: Slot[]; timeZone: string }> {
  const { fromAt, toAt } = query
  if (toAt - fromAt > longestSearchDays * day) {
    const message = `Maximum ${longestSearchDays} days`
    throw new DomainError('availability.too_many_days', { message, errors: [{ field: 'to', message }] })
  }
  const { offer, staff } = await calendarOf(ctx, { ...query, purpose: 'search' })
  const slots = freeSlots({ fromAt, toAt, now: ctx.clock.now(), service: offer, staff, units: query.units })
  return { slots, timeZone: offer.businessTimeZone }
}

/** What somebody outside the business is told of when its people are away: nothing. */
export type ToldRefusal = Exclude<SlotRefusal, { reason: 'time_off' }> | { reason: 'not_available' }

/** A staff member or a room, and what keeps it from being booked then. */
export interface Explanation {
  resourceId: number
  kind: Bookable
  refusal: SlotRefusal | ToldRefusal | null
}

/**
 * For each who performs the service and each room it takes place in, the rule that removes that start; null where none does. When they are away, only
 * the business itself is told so.
 */
export async function explainSlot(
  ctx: Context,
  query: SlotQuery & { startAt: number },
): Promise<Explanation[]> {
  const { startAt } = query
  const { offer, staff } = await calendarOf(ctx, {
    ...query,
    fromAt: startAt,
    toAt: startAt + 1,
    purpose: 'explain',
  })
  const now = ctx.clock.now()
  const isInside = actsInside(ctx.actor, query.businessId)
  return staff.map((agenda) => {
    const refusal = whyNotFree({ now, startAt, service: offer, staff: agenda, units: query.units })
    const isTold = isInside || refusal?.reason !== 'time_off'
    return {
      resourceId: agenda.id,
      kind: agenda.kind,
      refusal: isTold ? refusal : { reason: 'not_available' },
    }
  })
}

async function calendarOf(ctx: Context, { units = 1, ...query }: AgendaQuery & Pick<SlotQuery, 'units'>) {
  const {
    offer: [offer],
    rows,
  } = await ctx.read({ offer: serviceOffer(query), rows: agendaStatement(query) })
  const calendar = calendarFrom(ctx, query, offer, rows)
  requireUnits(calendar.offer, units)
  return calendar
}
