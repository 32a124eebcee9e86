import { serviceOffer } from '#db/agendas.ts'
import { isForeignKey } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { serviceNotFound } from '#domain/services/service.ts'
import { staffNotFound } from '#domain/staff/staff.ts'
import { agendaStatement, toAgenda } from './agenda.ts'
import type { AgendaQuery } from './agenda.ts'
import { whyNotFree } from './explain-slot.ts'
import type { SlotRefusal } from './explain-slot.ts'
import { freeSlots } from './free-slots.ts'
import type { Slot } from './free-slots.ts'

export interface SlotQuery {
  businessId: number
  serviceId: number
  resourceId?: number | undefined
}

/** Every free slot that starts in [fromAt, toAt), and the business's zone. Throws not_found for a service that cannot be booked. */
export async function findSlots(
  ctx: Context,
  query: SlotQuery & { fromAt: number; toAt: number },
): Promise<{ slots: Slot[]; timeZone: string }> {
  const { offer, staff } = await calendarOf(ctx, query)
  const { fromAt, toAt } = query
  const slots = freeSlots({ fromAt, toAt, now: ctx.clock.now(), service: offer, staff })
  return { slots, timeZone: offer.businessTimeZone }
}

/** For each who performs the service, the rule that removes that start; null where none does. */
export async function explainSlot(
  ctx: Context,
  query: SlotQuery & { startAt: number },
): Promise<{ resourceId: number; refusal: SlotRefusal | null }[]> {
  const { startAt } = query
  const { offer, staff } = await calendarOf(ctx, {
    ...query,
    fromAt: startAt,
    toAt: startAt + 1,
    purpose: 'explain',
  })
  const now = ctx.clock.now()
  return staff.map((agenda) => {
    return { resourceId: agenda.id, refusal: whyNotFree({ now, startAt, service: offer, staff: agenda }) }
  })
}

async function calendarOf(ctx: Context, query: AgendaQuery) {
  const { businessId, serviceId, resourceId } = query
  const [[offer], rows] = await ctx.db.read(
    serviceOffer({ businessId, serviceId, accountId: 0 }),
    agendaStatement(query),
  )
  if (!offer || offer.archivedAt !== null || offer.active === 0 || isForeignKey(ctx.actor, businessId)) {
    throw serviceNotFound()
  }
  const staff = rows.map(toAgenda).filter(({ id }) => resourceId === undefined || id === resourceId)
  if (resourceId !== undefined && staff.length === 0) {
    throw staffNotFound()
  }
  return { offer, staff }
}
