// The one way a delivery is sent: an attempt is claimed, the request goes out, then what came of it is written down.
import {
  claimAttempts,
  dispatchesByIds,
  hastenProbe,
  markSending,
  parkBehindEldest,
  recordAttempt,
  recordDelivered,
  recordEndpointFailure,
  recordEndpointSuccess,
  recordUndelivered,
  releaseParked,
  skipWaiting,
  switchOffEndpoints,
} from '#db/webhooks.ts'
import type { Dispatch } from '#db/webhooks.ts'
import type { Context } from '#domain/context.ts'
import { composeMessage } from './compose-message.ts'
import { secretsOf } from './endpoint.ts'
import { endpointUrl } from './endpoint-url.ts'
import { exchange, headersKept } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import type { Reminder } from './ports.ts'
import { nextAttemptAt, nextOwnAttemptAt, retryAtOf } from './retry-schedule.ts'

/** From so many failures in a row on, an endpoint is sent one delivery at a time. */
export const parkFrom = 5
/** No attempt is under way for longer. */
const leaseMs = 30_000
/** Clocks differ between machines, and a message that comes a little early is not sent back for it. */
const earlyMs = 1_000
/** A backlog is sent in one go, but an invocation has so many statements and lasts so long. */
const mostInARow = 15
const longestRowMs = 10_000

/**
 * Sends those of the deliveries that are due and that nobody else is sending. Resolves once they are claimed; the
 * requests go on in the background, so that a slow receiver holds up nobody.
 */
export async function attemptDeliveries(ctx: Context, ids: readonly number[]): Promise<void> {
  const { claimed, early } = await claim(ctx, ids)
  for (const dispatch of claimed) ctx.background(() => sendInARow(ctx, dispatch))
  if (early.length > 0) await ctx.webhooks.remind(early)
}

async function claim(ctx: Context, deliveryIds: readonly number[]) {
  const ids = JSON.stringify(deliveryIds)
  const now = ctx.clock.now()
  const [taken, , dispatches] = await ctx.commitAside({
    statements: [
      claimAttempts({ ids, now, dueBy: now + earlyMs }),
      markSending({ ids, until: now + leaseMs }),
      dispatchesByIds({ ids }),
    ],
  })
  const mine = new Set(taken.map(({ deliveryId }) => deliveryId))
  return {
    claimed: dispatches.filter(({ deliveryId }) => mine.has(deliveryId)),
    // A delay in the queue is shorter than the longest wait between attempts.
    early: dispatches
      .filter(({ status, nextAttemptAt: at }) => status === 'pending' && at !== null && at > now + earlyMs)
      .map(({ deliveryId, nextAttemptAt: at }) => ({ deliveryId, afterMs: (at ?? now) - now })),
  }
}

/** Sends a delivery, and then what its outcome lets go, one after the other. */
async function sendInARow(ctx: Context, first: Dispatch): Promise<void> {
  const until = ctx.clock.now() + longestRowMs
  let dispatch: Dispatch | undefined = first
  for (let sent = 1; dispatch; sent++) {
    const due = await send(ctx, dispatch)
    const goesOn = sent < mostInARow && ctx.clock.now() < until
    const next = goesOn ? due.find(({ afterMs }) => afterMs === 0) : undefined
    const later = due.filter((reminder) => reminder !== next)
    if (later.length > 0) await ctx.webhooks.remind(later)
    dispatch = next && (await claim(ctx, [next.deliveryId])).claimed[0]
  }
}

/** Answers which deliveries are to be sent next, and when. */
async function send(ctx: Context, dispatch: Dispatch): Promise<Reminder[]> {
  const { webhooks } = ctx
  const { endpointId, url } = dispatch
  // An address that was allowed once may not be any more.
  if (!('href' in endpointUrl(url, webhooks.urlRules)))
    return undelivered(ctx, dispatch, nothing('blocked_url'))

  let isSecretOpen = false
  let message
  try {
    const secrets = await secretsOf(ctx, endpointId, dispatch)
    isSecretOpen = true
    message = await composeMessage(ctx, dispatch, secrets)
  } catch (error) {
    // Without its secret nothing can be told to an endpoint; an event that cannot be told keeps back no other.
    return unmade(ctx, dispatch, error, { isAside: isSecretOpen })
  }
  const result = await exchange(ctx, url, message)
  return result.errorClass === null ? delivered(ctx, dispatch, result) : undelivered(ctx, dispatch, result)
}

/** An attempt for which no request left. */
function nothing(errorClass: 'blocked_url' | 'internal'): Exchange {
  return { durationMs: 0, statusCode: null, headers: new Headers(), body: null, errorClass }
}

function recorded({ deliveryId, attempts: attempt }: Dispatch, result: Exchange) {
  const { durationMs, statusCode, headers, body: responseBody, errorClass } = result
  const responseHeaders = statusCode === null ? null : headersKept(headers)
  return recordAttempt({
    deliveryId,
    attempt,
    durationMs,
    statusCode,
    responseHeaders,
    responseBody,
    errorClass,
  })
}

async function delivered(ctx: Context, dispatch: Dispatch, result: Exchange): Promise<Reminder[]> {
  const now = ctx.clock.now()
  const { deliveryId: id, attempts: attempt, endpointId } = dispatch
  const [, , hastened, released] = await ctx.commitAside({
    statements: [
      recorded(dispatch, result),
      recordDelivered({ id, attempt, now }),
      hastenProbe({ endpointId, now }),
      releaseParked({ endpointIds: JSON.stringify([endpointId]), now }),
      recordEndpointSuccess({ id: endpointId, now }),
    ],
  })
  return [...hastened, ...released].map((next) => ({ deliveryId: next.id, afterMs: 0 }))
}

async function undelivered(ctx: Context, dispatch: Dispatch, result: Exchange): Promise<Reminder[]> {
  const now = ctx.clock.now()
  const { deliveryId: id, attempts: attempt, ownFailures, endpointId } = dispatch
  const retryAt = retryAtOf(result.headers.get('Retry-After'), now)
  const again = nextAttemptAt(attempt - ownFailures, now, ctx.webhooks.random(), retryAt)
  const endpointIds = JSON.stringify([endpointId])
  const isGone = result.statusCode === 410
  const [, , , , released] = await ctx.commitAside({
    statements: [
      recorded(dispatch, result),
      recordUndelivered({ rows: JSON.stringify([[id, attempt, again]]), now }),
      recordEndpointFailure({ id: endpointId, now, parkFrom }),
      parkBehindEldest({ endpointIds }),
      releaseParked({ endpointIds, now }),
      ...(isGone ? switchingOff(endpointIds, 'The receiver answered 410 Gone', now, now) : []),
    ],
  })
  const due = released.map((next) => ({ deliveryId: next.id, afterMs: 0 }))
  return again === null || isGone ? due : [...due, { deliveryId: id, afterMs: again - now }]
}

/** It was our own failure: the receiver has all of its attempts left, and what went wrong is shown to us. */
async function unmade(
  ctx: Context,
  dispatch: Dispatch,
  error: unknown,
  { isAside }: { isAside: boolean },
): Promise<Reminder[]> {
  const now = ctx.clock.now()
  const { deliveryId: id, id: eventId, attempts: attempt, ownFailures, endpointId, createdAt } = dispatch
  const why = error instanceof Error ? error.message : error
  console.error('an event could not be told', { deliveryId: id, eventId, endpointId }, why)
  const again = nextOwnAttemptAt(ownFailures + 1, createdAt, now)
  const rows = JSON.stringify([[id, attempt, again, 1, isAside ? now : null]])
  const [, , released] = await ctx.commitAside({
    statements: [
      recorded(dispatch, nothing('internal')),
      recordUndelivered({ rows, now }),
      releaseParked({ endpointIds: JSON.stringify([endpointId]), now }),
    ],
  })
  const due = released.map((next) => ({ deliveryId: next.id, afterMs: 0 }))
  return again === null ? due : [...due, { deliveryId: id, afterMs: again - now }]
}

/** Switches endpoints (JSON ids) off that have failed since `failingSince` or longer: what waits for them is skipped. */
export function switchingOff(endpointIds: string, reason: string, failingSince: number, now: number) {
  return [switchOffEndpoints({ endpointIds, failingSince, reason, now }), skipWaiting({ endpointIds, now })]
}
