// The one way a delivery is sent: an attempt is claimed, the request goes out, then what came of it is written down.
import { claiming } from '#db/webhooks/attempts.ts'
import type { Dispatch } from '#db/webhooks/attempts.ts'
import type { Context } from '#domain/context.ts'
import { sendDelivery } from './send-delivery.ts'

/** No attempt is under way for longer. */
const leaseMs = 30_000
/** Clocks differ between machines: a message that comes this early is still handled. */
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
  const { taken, dispatches } = await ctx.commitAside({
    statements: claiming({ ids, now, dueBy: now + earlyMs, until: now + leaseMs }),
  })
  const mine = new Set(taken.map(({ deliveryId }) => deliveryId))
  return {
    claimed: dispatches.filter(({ deliveryId }) => mine.has(deliveryId)),
    // The queue's longest delay is shorter than the longest wait between attempts.
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
    const due = await sendDelivery(ctx, dispatch)
    const goesOn = sent < mostInARow && ctx.clock.now() < until
    const next = goesOn ? due.find(({ afterMs }) => afterMs === 0) : undefined
    const later = due.filter((reminder) => reminder !== next)
    if (later.length > 0) await ctx.webhooks.remind(later)
    dispatch = next && (await claim(ctx, [next.deliveryId])).claimed[0]
  }
}
