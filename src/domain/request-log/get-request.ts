import { accountErasedSince } from '#db/accounts.ts'
import { erasedSince } from '#db/erased-marks.ts'
import { eventsOfRequest } from '#db/events.ts'
import { requestLogById, requestLogByRequestId } from '#db/logs/request-logs.ts'
import { deliveriesOfRequest } from '#db/webhooks/deliveries.ts'
import { actsInside } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { mentionsErased } from './erasure.ts'
import { bookingOf } from './list-requests.ts'
import type { LoggedRequest } from './list-requests.ts'
import { fromStored } from './log-message.ts'
import { withoutTexts } from './record.ts'
import type { RequestRecord } from './record.ts'

/** What came of a request. */
export interface Related {
  bookingIds: number[]
  events: { id: number; type: string; sequence: number }[]
  deliveries: { id: number; webhookId: number; eventId: number; status: string; attempts: number }[]
}

export interface RequestInFull {
  request: LoggedRequest
  /** Undefined when its object is gone. */
  record: RequestRecord | undefined
  /** Whether the record is without its query and bodies, since it is about somebody who was erased. */
  isErased: boolean
  related: Related
}

/**
 * A logged request by its id, or by the request id that its answer carried, with what it led to. Throws not_found for
 * one that is neither the caller's own nor of a business that the caller acts inside.
 */
export async function getRequest(ctx: Context, name: number | string): Promise<RequestInFull> {
  const byName =
    typeof name === 'number' ? requestLogById({ id: name }) : requestLogByRequestId({ requestId: name })
  const [[request]] = await ctx.logs.read([byName])
  const { businessId = null, accountId, requestId = '', createdAt: since = 0 } = request ?? {}
  const bookingId = request ? bookingOf(request) : null
  const led = { businessId: businessId ?? 0, requestId }
  // Also without a request: a key is confirmed here.
  const [found, stored] = await Promise.all([
    ctx.read({
      events: eventsOfRequest(led),
      deliveries: deliveriesOfRequest(led),
      erasedCaller: accountErasedSince({ id: accountId ?? 0, since }),
      anyErased: erasedSince({ businessId: businessId ?? 0, since }),
    }),
    request &&
      ctx.logs.records.get(request.objectKey, { offset: request.recordOffset, length: request.recordLength }),
  ])
  const {
    events,
    deliveries,
    erasedCaller: [erasedCaller],
    anyErased: [anyErased],
  } = found
  const isInside = businessId !== null && actsInside(ctx.actor, businessId)
  const isOwn = ctx.accountId !== 0 && request?.accountId === ctx.accountId
  if (!request || !(isInside || isOwn)) throw new DomainError('log.not_found')

  const record = stored && (await fromStored(stored))
  const mayMention = businessId === null || anyErased !== undefined
  const isErased =
    erasedCaller !== undefined ||
    (record !== undefined && mayMention && (await mentionsErased(ctx, request, record)))
  return {
    request,
    record: record && isErased ? { ...withoutTexts(record, 'erased'), query: [] } : record,
    isErased,
    related: {
      bookingIds: bookingId === null ? [] : [bookingId],
      // What a customer's request set off is the business's affair.
      events: isInside ? events : [],
      deliveries: isInside ? deliveries : [],
    },
  }
}
