import { serviceOffer } from '#db/agendas.ts'
import { branchOfBusiness } from '#db/branches.ts'
import { isForeignKey } from '#domain/actor.ts'
import { branchNotFound } from '#domain/branches/branch.ts'
import type { Context } from '#domain/context.ts'
import { staffNotFound } from '#domain/resources/resource.ts'
import { addDays, dateAt, instantAt } from '#domain/schedules/wall-clock.ts'
import { serviceNotFound } from '#domain/services/service.ts'
import { agendaStatement, toAgenda } from './agenda.ts'
import { freeSlots } from './free-slots.ts'

const day = 86_400_000

export interface StartQuery {
  businessId: number
  branchId: number
  serviceId: number
  resourceId: number
  /** Today is the first of them. */
  days: number
}

/** A start of the grid, by the branch's calendar. */
export interface Start {
  date: string
  startAt: number
  isFree: boolean
}

/**
 * All starts of somebody's hours that are still to come in so many days, free or not, as the business itself could book
 * them. Throws not_found for a branch, a service or somebody that there is not, conflict for who does not perform it.
 */
export async function listStarts(
  ctx: Context,
  { businessId, branchId, serviceId, resourceId, days }: StartQuery,
): Promise<{ timeZone: string; starts: Start[] }> {
  const now = ctx.clock.now()
  const {
    branch: [branch],
    offer: [offer],
    rows,
  } = await ctx.read({
    branch: branchOfBusiness({ businessId, branchId }),
    offer: serviceOffer({ businessId, serviceId }),
    rows: agendaStatement({
      businessId,
      serviceId,
      resourceId,
      fromAt: now,
      toAt: now + (days + 1) * day,
      purpose: 'search',
    }),
  })
  if (!branch || isForeignKey(ctx.actor, businessId)) throw branchNotFound()
  if (!offer || offer.archivedAt !== null || offer.active === 0) throw serviceNotFound()
  const [agenda] = rows.map(toAgenda)
  if (agenda?.branchId !== branchId) throw staffNotFound()

  const { timeZone } = agenda
  const service = { ...offer, minNoticeMinutes: 0, maxAdvanceDays: null }
  const idle = { ...agenda, taken: [], busy: [], schedule: { ...agenda.schedule, timeOff: [] } }
  const today = dateAt(timeZone, now)
  // Day by day: all of them together may be more than one search answers.
  const starts = Array.from({ length: days }, (_, later) => addDays(today, later)).flatMap((date) => {
    const span = { fromAt: instantAt(timeZone, date, 0), toAt: instantAt(timeZone, addDays(date, 1), 0) }
    const search = { ...span, now, service }
    const free = new Set(freeSlots({ ...search, staff: [agenda] }).map(({ startAt }) => startAt))
    return freeSlots({ ...search, staff: [idle] }).map(({ startAt }): Start => {
      return { date, startAt, isFree: free.has(startAt) }
    })
  })
  return { timeZone, starts }
}
