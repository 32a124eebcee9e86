import { insertListing } from '#db/business-listings.ts'
import { insertBranch } from '#db/branches.ts'
import { insertBusiness } from '#db/businesses.ts'
import { ConstraintError } from '#db/database.ts'
import { insertMember } from '#db/members.ts'
import { insertStandardRate } from '#db/rates.ts'
import { insertFirstSite } from '#db/sites.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { firstPlanId } from '#domain/plans/plan.ts'
import { addressColumns, locationColumns } from './business.ts'
import type { Business, BusinessDetails } from './business.ts'
import { randomSlugOf, slugOf } from './slug.ts'

const attempts = 5
/** Limits are counted per business, so businesses must be limited, too. */
const mostPerAccount = 10

/**
 * Makes a business of the caller's own, with its first branch, its first site and a rate to let rooms at. Throws
 * unauthenticated when the account is gone, conflict `business.too_many`.
 */
export async function createBusiness(ctx: Context, details: BusinessDetails): Promise<Business> {
  const { address, location, ...plain } = details
  const now = ctx.clock.now()
  const business: Omit<Business, 'slug'> = {
    ...plain,
    id: ctx.newId(),
    ownerId: ctx.accountId,
    planId: firstPlanId,
    description: plain.description ?? null,
    email: plain.email ?? null,
    phone: plain.phone ?? null,
    website: plain.website ?? null,
    ...addressColumns(address),
    ...locationColumns(location),
    ratingSum: 0,
    ratingCount: 0,
    active: 1,
    createdAt: now,
    updatedAt: now,
  }
  for (let attempt = 1; ; attempt++) {
    const slug = (attempt === 1 && slugOf(details.name)) || randomSlugOf(details.name)
    try {
      return await found(ctx, { ...business, slug })
    } catch (error) {
      const refusal = error instanceof ConstraintError ? error.constraint : undefined
      if (refusal === 'businessListings.ownerId') {
        throw new DomainError('auth.invalid_token')
      }
      if (refusal === 'businessListings.name') {
        throw new DomainError('business.too_many', { message: `Maximum ${mostPerAccount} businesses` })
      }
      if (refusal !== 'businessListings.slug' || attempt === attempts) throw error
    }
  }
}

/** Where the business itself is, its listing says. */
const withoutAddress = {
  phone: null,
  email: null,
  street: null,
  city: null,
  region: null,
  postalCode: null,
  country: null,
}

function found(ctx: Context, business: Business): Promise<Business> {
  const {
    id: businessId,
    ownerId: accountId,
    name,
    timeZone,
    currency,
    active,
    createdAt,
    updatedAt,
  } = business
  const branch = {
    id: ctx.newId(),
    businessId,
    name,
    timeZone,
    isDefault: 1,
    ...withoutAddress,
    createdAt,
    updatedAt,
  }
  const site = { id: ctx.newId(), businessId, name, archivedAt: null, createdAt, updatedAt }
  return ctx.commit({
    statements: [
      insertListing(business, mostPerAccount),
      insertBusiness({ id: businessId, timeZone, currency, active, createdAt, updatedAt }),
      insertBranch(branch),
      insertFirstSite(site),
      insertStandardRate({ id: ctx.newId(), businessId, now: createdAt }),
      insertMember({ businessId, accountId, role: 'owner', resourceId: null, createdAt }),
    ],
    result: business,
  })
}
