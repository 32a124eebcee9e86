import { ConstraintError } from '#db/database.ts'
import { insertSource } from '#db/sources.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { Source } from './source.ts'

/** Throws conflict `source.name_taken`, or `source.too_many`. */
export async function createSource(
  ctx: Context,
  { businessId, name }: { businessId: number; name: string },
): Promise<Source> {
  await ctx.confirmed()
  if (!actsInside(ctx.actor, businessId)) throw businessNotFound()
  const source = { businessId, id: ctx.newId(), name, isCustom: 1 }
  try {
    return await ctx.commit({ statements: [insertSource(source)], result: source })
  } catch (error) {
    throw toSourceError(error)
  }
}

function toSourceError(error: unknown): unknown {
  if (!(error instanceof ConstraintError)) return error
  if (error.constraint === 'too_many_sources') return new DomainError('source.too_many', { cause: error })
  const isTaken = error.constraint.endsWith('sources.name')
  return isTaken ? new DomainError('source.name_taken', { cause: error }) : error
}
