import { ConstraintError } from '#db/database.ts'
import {
  countReplayable,
  countYetToReplay,
  dueReplayed,
  endOfReplays,
  replaying,
} from '#db/webhooks/replays.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import {
  getManagedWebhook,
  kindsTold,
  patternsOf,
  requireActive,
  requireReading,
  typesTold,
} from './webhook.ts'

const mostAtOnce = 10_000
/** How many events of a stretch of time are looked at, of any type. */
const mostExamined = 50_000
/** Deliveries a second to all webhooks of a business together, lest receivers are flooded. */
const perSecond = 50

export interface Replay {
  /** From this instant, up to but without the other. */
  fromAt: number
  toAt: number
  /** Counts only. */
  dryRun: boolean
}

export interface ReplayOutcome {
  /** How many events are sent again. */
  matching: number
  /** How long the sending takes, if the receiver accepts each at once. */
  estimatedSeconds: number
  dryRun: boolean
}

/**
 * Sends a webhook all that it hears of and that happened in a stretch of time, whether it had it or not, in order, one
 * replay at a time. Throws not_found, forbidden for members who do not manage the business and a key that may not read it, conflict `webhook.inactive` and
 * `webhook.replaying`, invalid `webhook.replay_too_large`.
 */
export async function replayEvents(
  ctx: Context,
  webhookId: number,
  { fromAt, toAt, dryRun }: Replay,
): Promise<ReplayOutcome> {
  const webhook = await getManagedWebhook(ctx, webhookId)
  requireActive(webhook)
  requireReading(ctx, { ...webhook, events: patternsOf(webhook.events) })

  const { businessId } = webhook
  const types = JSON.stringify(typesTold(ctx, webhook))
  const kinds = JSON.stringify(kindsTold(ctx, webhook))
  const range = { businessId, types, kinds, fromAt, toAt }
  const {
    count: [count],
    yet: [yet],
    end: [end],
  } = await ctx.read({
    count: countReplayable({ ...range, limit: mostExamined + 1 }),
    yet: countYetToReplay({ webhookId }),
    end: endOfReplays({ businessId }),
  })
  const { matching = 0, examined = 0 } = count ?? {}
  if (matching > mostAtOnce || examined > mostExamined) throw tooLarge()
  if (yet && yet.left > 0) throw underWay(yet.left)

  const now = ctx.clock.now()
  const lastsMs = Math.ceil(matching / perSecond) * 1_000
  const waitsMs = Math.max(0, (end?.untilAt ?? 0) - now)
  const result = { matching, estimatedSeconds: Math.ceil((waitsMs + lastsMs) / 1_000), dryRun }
  if (dryRun || matching === 0) return result

  try {
    const statements = replaying({ ...range, webhookId, lastsMs, perSecond, limit: mostAtOnce, now })
    await ctx.commit({ statements, result })
  } catch (error) {
    // Another replay began after this one had looked.
    const isSecond = error instanceof ConstraintError && error.constraint === 'webhooks.active'
    throw isSecond ? underWay(undefined, error) : error
  }
  ctx.background(async () => {
    const [due] = await ctx.read([dueReplayed({ webhookId })])
    await ctx.webhooks.remind(
      due.map(({ id, nextAttemptAt }) => ({ deliveryId: id, afterMs: Math.max(0, nextAttemptAt - now) })),
    )
  })
  return result
}

function tooLarge(): DomainError {
  const message = `Maximum ${mostAtOnce} events out of ${mostExamined}, please choose less time`
  return new DomainError('webhook.replay_too_large', { message })
}

function underWay(left: number | undefined, cause?: unknown): DomainError {
  const howMuch = left === undefined ? '' : `: ${left} deliveries are left`
  return new DomainError('webhook.replaying', { message: `A replay is under way already${howMuch}`, cause })
}
