import { eventForAccount } from '#db/events.ts'
import { accountOf, actsInside } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { WrittenEvent } from './event.ts'

/** An event of a business that the caller acts inside. Throws not_found. */
export async function getEvent(ctx: Context, id: number): Promise<WrittenEvent> {
  const [[found]] = await ctx.db.read(eventForAccount({ id, accountId: accountOf(ctx.actor) }))
  if (!found || !actsInside(ctx.actor, found.businessId, found.role)) {
    throw new DomainError('event.not_found')
  }
  return found
}
