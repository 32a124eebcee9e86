// Who may do what in a business: its members act inside it, and to everybody else its affairs do not exist.
import type { Role } from '#db/businesses.ts'
import { DomainError } from '#domain/errors.ts'

export { roles } from '#db/businesses.ts'
export type { Role }

/** Each role may do what stands here of it, and nothing else. */
const may: Record<'serve' | 'manage' | 'own', readonly Role[]> = {
  /** See everything, deal with bookings and customers, say when one works oneself. */
  serve: ['owner', 'manager', 'staff'],
  /** Say what is offered at which price, who works there and when, and which webhooks hear of it. */
  manage: ['owner', 'manager'],
  /** Say what the business is, hand out keys to it, take somebody off its staff. */
  own: ['owner'],
}

export function mayManage(role: Role | null): boolean {
  return role !== null && may.manage.includes(role)
}

export function businessNotFound(): DomainError {
  return new DomainError('business.not_found')
}

/** What was found, if the caller is a member of its business; throws `notFound` for everybody else. */
export function requireMember<Found extends { role: Role | null }>(
  found: Found | undefined,
  notFound: () => DomainError,
): Found {
  if (!found?.role || !may.serve.includes(found.role)) throw notFound()
  return found
}

/** The same, for those who manage it: forbidden `business.managers_only` for other members. */
export function requireManager<Found extends { role: Role | null }>(
  found: Found | undefined,
  notFound: () => DomainError,
): Found {
  const member = requireMember(found, notFound)
  if (!mayManage(member.role)) throw managersOnly()
  return member
}

export function managersOnly(): DomainError {
  const message = 'Only the owner and the managers of the business may do this'
  return new DomainError('business.managers_only', { message })
}

/** The same, for the owner only: forbidden `business.owner_only` for other members. */
export function requireOwner<Found extends { role: Role | null }>(
  found: Found | undefined,
  notFound: () => DomainError,
): Found {
  const member = requireMember(found, notFound)
  if (member.role === null || !may.own.includes(member.role)) {
    throw new DomainError('business.owner_only')
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
