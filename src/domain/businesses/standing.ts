// Who may do what in a business: its members act inside it, and to everybody else its affairs do not exist.
import type { Role } from '#db/businesses.ts'
import { DomainError } from '#domain/errors.ts'

export type { Role }

export function businessNotFound(): DomainError {
  return new DomainError('not_found', 'business.not_found', 'Business not found')
}

/** What was found, if the caller is a member of its business; throws `notFound` for everybody else. */
export function requireMember<Found extends { role: Role | null }>(
  found: Found | undefined,
  notFound: () => DomainError,
): Found {
  if (!found?.role) throw notFound()
  return found
}

/** The same, for the owner only: forbidden `business.owner_only` for other members. */
export function requireOwner<Found extends { role: Role | null }>(
  found: Found | undefined,
  notFound: () => DomainError,
): Found {
  const member = requireMember(found, notFound)
  if (member.role !== 'owner') {
    throw new DomainError('forbidden', 'business.owner_only', 'Only the owner of the business may do this')
  }
  return member
}

/** The business, if the caller may see it: one that is not active is its members' only. Throws not_found. */
export function requireVisible<Found extends { role: Role | null; active: number }>(
  found: Found | undefined,
): Found {
  if (!found || (found.active === 0 && !found.role)) throw businessNotFound()
  return found
}
