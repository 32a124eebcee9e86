import type { Dispatch } from '#db/webhooks/attempts.ts'
import { failing, failingOurselves, succeeding, switchingOff } from '#db/webhooks/outcomes.ts'
import type { Context } from '#domain/context.ts'
import { composeMessage } from './compose-message.ts'
import { secretsOf } from './webhook.ts'
import { webhookUrl } from './webhook-url.ts'
import { exchange, headersKept } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import type { Reminder } from './ports.ts'
import { nextAttemptAt, nextOwnAttemptAt, retryAtOf } from './retry-schedule.ts'

/** From so many failures in a row on, a webhook is sent one delivery at a time. */
const parkFrom = 5

/** Sends what was claimed, and writes down what came of it. Answers which deliveries are to be sent next, and when. */
export async function sendDelivery(ctx: Context, dispatch: Dispatch): Promise<Reminder[]> {
  const { webhookId, url } = dispatch
  // An address that was allowed once may not be any more.
  const isAllowed = 'href' in webhookUrl(url, ctx.webhooks.urlRules)
  if (!isAllowed) return recordFailure(ctx, dispatch, unsent('blocked_url'))

  let isSecretOpen = false
  let message
  try {
    const secrets = await secretsOf(ctx, webhookId, dispatch)
    isSecretOpen = true
    message = await composeMessage(ctx, dispatch, secrets)
  } catch (error) {
    // No message can be made, for want of the secret or of words: the failure is ours, and later deliveries go on.
    return unmade(ctx, dispatch, error, { isAside: isSecretOpen })
  }
  const result = await exchange(ctx, url, message)
  return result.errorClass === null
    ? recordSuccess(ctx, dispatch, result)
    : recordFailure(ctx, dispatch, result)
}

/** An attempt for which no request left. */
function unsent(errorClass: 'blocked_url' | 'internal'): Exchange {
  return { durationMs: 0, statusCode: null, headers: new Headers(), body: null, errorClass }
}

/** An attempt as it is kept. */
function outcomeOf({ deliveryId, attempts: attempt }: Dispatch, result: Exchange) {
  const { durationMs, statusCode, headers, body: responseBody, errorClass } = result
  const responseHeaders = statusCode === null ? null : headersKept(headers)
  return { deliveryId, attempt, durationMs, statusCode, responseHeaders, responseBody, errorClass }
}

async function recordSuccess(ctx: Context, dispatch: Dispatch, result: Exchange): Promise<Reminder[]> {
  const { webhookId } = dispatch
  const statements = succeeding(outcomeOf(dispatch, result), { webhookId, now: ctx.clock.now() })
  return dueNow(await ctx.commitAside({ statements }))
}

async function recordFailure(ctx: Context, dispatch: Dispatch, result: Exchange): Promise<Reminder[]> {
  const now = ctx.clock.now()
  const { deliveryId, attempts, ownFailures, webhookId } = dispatch
  const retryAt = retryAtOf(result.headers.get('Retry-After'), now)
  const dueAt = nextAttemptAt(attempts - ownFailures, now, ctx.webhooks.random(), retryAt)
  const isGone = result.statusCode === 410
  const webhookIds = JSON.stringify([webhookId])
  const gone = { webhookIds, reason: 'The receiver answered 410 Gone', failingSince: now, now }
  const due = dueNow(
    await ctx.commitAside({
      statements: [
        ...failing(outcomeOf(dispatch, result), { webhookId, dueAt, parkFrom, now }),
        ...(isGone ? switchingOff(gone) : []),
      ],
    }),
  )
  return dueAt === null || isGone ? due : [...due, { deliveryId, afterMs: dueAt - now }]
}

/** It was our own failure: the receiver has all of its attempts left, and what went wrong is shown to us. */
async function unmade(
  ctx: Context,
  dispatch: Dispatch,
  error: unknown,
  { isAside }: { isAside: boolean },
): Promise<Reminder[]> {
  const now = ctx.clock.now()
  const { deliveryId, id: eventId, ownFailures, webhookId, createdAt } = dispatch
  const why = error instanceof Error ? error.message : error
  console.error('an event could not be told', { deliveryId, eventId, webhookId }, why)
  const dueAt = nextOwnAttemptAt(ownFailures + 1, createdAt, now)
  const asideAt = isAside ? now : null
  const statements = failingOurselves(outcomeOf(dispatch, unsent('internal')), {
    webhookId,
    dueAt,
    asideAt,
    now,
  })
  const due = dueNow(await ctx.commitAside({ statements }))
  return dueAt === null ? due : [...due, { deliveryId, afterMs: dueAt - now }]
}

function dueNow(released: readonly (readonly { id: number }[])[]): Reminder[] {
  return released.flat().map(({ id }) => ({ deliveryId: id, afterMs: 0 }))
}
