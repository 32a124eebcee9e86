import { serviceOffer } from '#db/agendas.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { Bookable, Wished } from '#domain/resources/resource.ts'
import { agendaStatement } from './agenda.ts'
import { calendarFrom } from './calendar.ts'
import { freeAt } from './free-at.ts'
import { freeSlots } from './free-slots.ts'
import { longestVisitMs, visitPlanner } from './visit-plan.ts'

/** How far one search for visits may reach: each of their services is looked at. */
export const longestVisitSearchDays = 31
const day = 86_400_000
/** Visits in one answer. */
const mostVisits = 2_000

export interface WishedPart extends Wished {
  serviceId: number
}

/** A start at which all parts of a visit fit, and who can do them; instants in epoch ms. */
export interface FoundVisit {
  startAt: number
  endAt: number
  parts: { serviceId: number; resourceId: number; kind: Bookable; startAt: number; endAt: number }[]
}

/**
 * Every start in [fromAt, toAt) of the first service at which all of them can follow one another, and the business's zone.
 * Throws not_found for a service that cannot be booked, invalid for more days or visits than one answer holds, conflict for
 * somebody who does not perform what they are named for.
 */
export async function findVisits(
  ctx: Context,
  query: { businessId: number; parts: readonly WishedPart[]; fromAt: number; toAt: number },
): Promise<{ visits: FoundVisit[]; timeZone: string }> {
  const { businessId, parts, fromAt, toAt } = query
  if (toAt - fromAt > longestVisitSearchDays * day) throw tooMany('days', longestVisitSearchDays)
  const until = toAt + longestVisitMs
  const [offers, rows] = await Promise.all([
    ctx.read(parts.map(({ serviceId }) => serviceOffer({ businessId, serviceId }))),
    ctx.read(
      parts.map((part, index) => {
        const span = { fromAt, toAt: index === 0 ? toAt : until }
        return agendaStatement({ ...part, businessId, ...span, purpose: 'search' })
      }),
    ),
  ])
  const calendars = parts.map((part, index) => {
    const [offer] = offers[index] ?? []
    const { offer: service, staff } = calendarFrom(ctx, { ...part, businessId }, offer, rows[index] ?? [])
    return { service, staff }
  })
  const [first] = calendars
  if (!first) return { visits: [], timeZone: 'UTC' }

  const now = ctx.clock.now()
  const checks = calendars.map(({ service, staff }) => {
    return new Map(staff.map((agenda) => [agenda.id, freeAt(service, agenda, { fromAt, toAt: until, now })]))
  })
  const begins = new Map(
    freeSlots({ fromAt, toAt, now, ...first }).map(({ startAt, staffIds, roomIds = [] }) => {
      return [startAt, new Set([...staffIds, ...roomIds])]
    }),
  )
  const planAt = visitPlanner(calendars, (part, { id }, at) => {
    return (part === 0 ? begins.get(at)?.has(id) : checks[part]?.get(id)?.(at)) ?? false
  })
  const visits: FoundVisit[] = []
  for (const startAt of begins.keys()) {
    const plan = planAt(startAt)
    const last = plan?.at(-1)
    if (!plan || !last || last.startAt >= startAt + longestVisitMs) continue
    if (visits.length === mostVisits) throw tooMany('visits', mostVisits)
    visits.push({
      startAt,
      endAt: last.endAt,
      parts: plan.map(({ agenda, ...times }, index) => ({
        serviceId: calendars[index]!.service.id,
        resourceId: agenda.id,
        kind: agenda.kind,
        ...times,
      })),
    })
  }
  return { visits, timeZone: first.service.businessTimeZone }
}

function tooMany(what: 'days' | 'visits', most: number): DomainError {
  const code = what === 'days' ? 'availability.too_many_days' : 'availability.too_many_slots'
  const message =
    what === 'days' ? `Maximum ${most} days` : `More than ${most} visits: ask for fewer days at a time`
  return new DomainError(code, { message, errors: [{ field: 'to', message }] })
}
