import { ConstraintError } from '#db/database.ts'
import { deleteSourceRow, sourceById } from '#db/sources.ts'
import { actsInside } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'

/** Throws conflict `source.built_in` for what every business has, `source.in_use` while bookings come from it. */
export async function deleteSource(
  ctx: Context,
  { businessId, id }: { businessId: number; id: number },
): Promise<void> {
  const {
    found: [source],
  } = await ctx.read({ found: sourceById({ businessId, id }) })
  if (!source || !actsInside(ctx.actor, businessId)) throw new DomainError('source.not_found')
  if (source.isCustom === 0) throw new DomainError('source.built_in')
  try {
    await ctx.commit({ statements: [deleteSourceRow({ businessId, id })], result: undefined })
  } catch (error) {
    const isUsed = error instanceof ConstraintError && error.constraint === 'foreign_key'
    throw isUsed ? new DomainError('source.in_use', { cause: error }) : error
  }
}
