import { listingByKey, updateListingColumns } from '#db/business-listings.ts'
import { updateDefaultBranchZone } from '#db/branches.ts'
import { updateBusinessColumns } from '#db/businesses.ts'
import { ConstraintError } from '#db/database.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { addressColumns, locationColumns } from './business.ts'
import type { Business, BusinessDetails } from './business.ts'
import { businessNotFound, requireOwner } from './standing.ts'

export type BusinessChanges = Partial<BusinessDetails> & { active?: boolean | undefined }

/**
 * Changes what is given; an address is replaced as a whole, and the default branch moves to a new time zone with the business.
 * The owner's alone. Throws conflict `business.has_services` for a new currency while services or nights are priced in
 * the old one.
 */
export async function updateBusiness(
  ctx: Context,
  key: number | string,
  changes: BusinessChanges,
): Promise<Business> {
  const [[before]] = await ctx.read([listingByKey(key)])
  if (!before) throw businessNotFound()
  const { id } = before
  requireOwner(ctx, { businessId: id }, businessNotFound)

  const { address, location, active, ...plain } = changes
  const updatedAt = ctx.clock.now()
  const { timeZone, currency } = changes
  /** The changed columns that the business's own database keeps, too. */
  const ruling = {
    ...(timeZone !== undefined && { timeZone }),
    ...(currency !== undefined && { currency }),
    ...(active !== undefined && { active: Number(active) }),
    updatedAt,
  }
  const columns: Partial<Business> = {
    ...plain,
    ...(address && addressColumns(address)),
    ...(location !== undefined && locationColumns(location)),
    ...ruling,
  }
  const statements = [updateListingColumns(id, columns), updateBusinessColumns(id, ruling)]
  if (timeZone) statements.push(updateDefaultBranchZone({ businessId: id, timeZone, updatedAt }))
  try {
    return await ctx.commit({ statements, result: { ...before, ...columns } })
  } catch (error) {
    if (!(error instanceof ConstraintError && error.constraint === 'businesses.currency')) throw error
    const message = 'The currency cannot change while services or nights are priced in another one'
    throw new DomainError('business.has_services', { message, cause: error })
  }
}
