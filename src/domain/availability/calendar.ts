// What was read of a service and of those who perform it, as whoever asks may see it.
import type { AgendaRow, ServiceOffer } from '#db/agendas.ts'
import { isForeignKey } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { resourceNotFound } from '#domain/resources/resource.ts'
import type { Wished } from '#domain/resources/resource.ts'
import { serviceNotFound } from '#domain/services/service.ts'
import { toAgenda } from './agenda.ts'
import type { Agenda } from './agenda.ts'

/** Throws not_found for a service that cannot be booked, and for who was named and is not there. */
export function calendarFrom(
  ctx: Context,
  { businessId, resourceId, resourceKind }: Wished & { businessId: number },
  offer: ServiceOffer | undefined,
  rows: readonly AgendaRow[],
): { offer: ServiceOffer; staff: Agenda[] } {
  if (!offer || offer.archivedAt !== null || offer.active === 0 || isForeignKey(ctx.actor, businessId)) {
    throw serviceNotFound()
  }
  const staff = rows.map(toAgenda)
  if (resourceId !== undefined && staff.length === 0) throw resourceNotFound(resourceKind)
  return { offer, staff }
}
