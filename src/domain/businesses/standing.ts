// Who may do what in a business: its members act inside it, and to everybody else its affairs do not exist.
import type { Role } from '#db/members.ts'
import { isForeignKey, roleIn } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'

export { roles } from '#db/members.ts'
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
  return isOneOf(may.manage, role)
}

function isOneOf(those: readonly Role[], role: Role | null): boolean {
  return role !== null && those.includes(role)
}

export function businessNotFound(): DomainError {
  return new DomainError('business.not_found')
}

interface Belonging {
  businessId: number
}

/** What was found, if the caller is a member of its business; throws `notFound` for everybody else. */
export function requireMember<Found extends Belonging>(
  { actor }: Pick<Context, 'actor'>,
  found: Found | undefined,
  notFound: () => DomainError,
): Found {
  if (!found || !isOneOf(may.serve, roleIn(actor, found.businessId))) throw notFound()
  return found
}

/** The same, for those who manage it: forbidden `business.managers_only` for other members. */
export function requireManager<Found extends Belonging>(
  ctx: Pick<Context, 'actor'>,
  found: Found | undefined,
  notFound: () => DomainError,
): Found {
  const own = requireMember(ctx, found, notFound)
  if (!mayManage(roleIn(ctx.actor, own.businessId))) throw managersOnly()
  return own
}

/** The same, and for keys of the business: which of them may do it is for the scope that its route asks for. */
export function requireManaging<Found extends Belonging>(
  ctx: Pick<Context, 'actor'>,
  found: Found | undefined,
  notFound: () => DomainError,
): Found {
  const isOwnKey = ctx.actor.type === 'key' && ctx.actor.businessId === found?.businessId
  return isOwnKey && found ? found : requireManager(ctx, found, notFound)
}

export function managersOnly(): DomainError {
  const message = 'Only the owner and the managers of the business may do this'
  return new DomainError('business.managers_only', { message })
}

/** The same, for those who say what is let at which price: its managers, and its keys, whose scopes are the door's. */
export function requireHost<Found extends Belonging>(
  ctx: Pick<Context, 'actor'>,
  found: Found | undefined,
  notFound: () => DomainError,
): Found {
  const { actor } = ctx
  const isOwnKey = actor.type === 'key' && found?.businessId === actor.businessId
  return found && isOwnKey ? found : requireManager(ctx, found, notFound)
}

/** The same, for the owner only: forbidden `business.owner_only` for other members. */
export function requireOwner<Found extends Belonging>(
  ctx: Pick<Context, 'actor'>,
  found: Found | undefined,
  notFound: () => DomainError,
): Found {
  const own = requireMember(ctx, found, notFound)
  if (!isOneOf(may.own, roleIn(ctx.actor, own.businessId))) throw new DomainError('business.owner_only')
  return own
}

/**
 * The caller's role in a business that it may see: one that is not active is its members' only, and to another's key there
 * is none. Throws not_found.
 */
export function requireVisible(
  { actor }: Pick<Context, 'actor'>,
  business: { id: number; active: number } | undefined,
): Role | null {
  if (!business || isForeignKey(actor, business.id)) throw businessNotFound()
  const role = roleIn(actor, business.id)
  if (business.active === 0 && !role) throw businessNotFound()
  return role
}
