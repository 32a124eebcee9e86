import { requestLogList } from '#db/logs/request-logs.ts'
import type { requestLogs } from '#db/logs/request-logs.ts'
import type { Row } from '#db/database.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { firstIdAt } from '#domain/identifiers.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'

/** A request as the index knows it. */
export type LoggedRequest = Row<typeof requestLogs>

/** The booking that a request was about, if it was about one. */
export function bookingOf({
  subject,
  subjectId,
}: Pick<LoggedRequest, 'subject' | 'subjectId'>): number | null {
  return subject === 'booking' ? subjectId : null
}

export interface RequestFilter {
  /** Without one, an account sees its own requests, and a key those of its business. */
  businessId?: number | undefined
  fromAt?: number | undefined
  toAt?: number | undefined
  status?: { from: number; to: number } | undefined
  method?: string | undefined
  route?: string | undefined
  keyId?: number | undefined
}

/**
 * Logged requests, the latest first. A filter looks at some thousands at a time, so a page may hold fewer than it could and
 * still be followed by others. Throws not_found for a business that the caller does not act inside.
 */
export async function listRequests(
  ctx: Context,
  { businessId, fromAt, toAt, ...filter }: RequestFilter,
  page: PageRequest,
): Promise<Page<LoggedRequest>> {
  const span = { fromId: idAt(fromAt), toId: idAt(toAt) }
  const { accountId } = ctx
  const caller = await ctx.identified()
  const ofBusiness = businessId ?? (caller.type === 'key' ? caller.businessId : undefined)
  const owner = ofBusiness === undefined ? { accountId } : { businessId: ofBusiness }
  const [actor, listing] = await Promise.all([
    ctx.confirmed(),
    ctx.logs.read(requestLogList({ ...owner, ...span, ...filter }, page, countedUpTo)),
  ])
  const {
    found,
    count: [count],
    reach: [reach],
  } = listing
  if (ofBusiness !== undefined && !actsInside(actor, ofBusiness)) throw businessNotFound()

  const { next, ...listed } = toPage(page, found, count?.total ?? 0, ({ id }) => [id])
  return {
    ...listed,
    next: next ?? (reach && reach.page !== null ? [reach.page] : undefined),
    totalIsLowerBound: reach !== undefined && reach.total !== null,
  }
}

const idAt = (at: number | undefined) => (at === undefined ? undefined : firstIdAt(at))
