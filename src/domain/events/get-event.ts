import { eventById } from '#db/events.ts'
import { actsInside } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { WrittenEvent } from './event.ts'

/** An event of a business that the caller acts inside. Throws not_found. */
export async function getEvent(ctx: Context, id: number): Promise<WrittenEvent> {
  const [[found]] = await ctx.read([eventById({ id })])
  if (!found || !actsInside(ctx.actor, found.businessId)) {
    throw new DomainError('event.not_found')
  }
  return found
}
