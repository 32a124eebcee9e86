import { ConstraintError } from '#db/database.ts'
import { takeByHand } from '#db/webhooks/webhooks.ts'
import type { Context, Outcome } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'

/** So many may come at once, and as many again in each minute. */
const mostPerMinute = 10
const minute = 60_000

/** Commits what a webhook is to be sent for once, by hand. Throws rate_limited `webhook.too_often`. */
export async function sendByHand<Result>(
  ctx: Context,
  id: number,
  outcome: Outcome<Result>,
): Promise<Result> {
  const everyMs = minute / mostPerMinute
  const share = takeByHand({ id, everyMs, withinMs: minute, now: ctx.clock.now() })
  try {
    return await ctx.commit({ ...outcome, statements: [share, ...outcome.statements] })
  } catch (error) {
    if (!(error instanceof ConstraintError && error.constraint === 'webhooks.active')) throw error
    const message = `A webhook is pinged and redelivered to at most ${mostPerMinute} times a minute`
    const retryAfterSeconds = everyMs / 1_000
    throw new DomainError('webhook.too_often', { message, retryAfterSeconds, cause: error })
  }
}
