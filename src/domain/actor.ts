import type { Membership, Role } from '#db/members.ts'
import type { Scope } from './api-keys/scope.ts'

/** Who calls, as a credential tells it. */
export type Caller = User | Exclude<Actor, { type: 'user' }>

/** Whoever has the card of a booking: to that booking they are its customer, and to all else nobody. */
export interface CardHolder {
  type: 'card'
  cardToken: string
}

/** Somebody with an account. */
export interface User {
  type: 'user'
  accountId: number
  /** Null with an access token, which belongs to no session. */
  sessionId: number | null
}

/** Who acts, with all that storage has to say of it. */
export type Actor =
  | { type: 'anonymous' }
  | (User & { memberships: readonly Membership[] })
  | { type: 'key'; keyId: number; businessId: number; scopes: readonly Scope[] }
  | CardHolder
  | { type: 'system' }

/** What a person is to a business; undefined for everybody else. */
export function membershipOf(actor: Actor, businessId: number): Membership | undefined {
  if (actor.type !== 'user') return undefined
  return actor.memberships.find((membership) => membership.businessId === businessId)
}

/** A person's role in a business; null for everybody else. */
export function roleIn(actor: Actor, businessId: number): Role | null {
  return membershipOf(actor, businessId)?.role ?? null
}

/** Whether the actor acts inside a business: as a member of it, by a key of it, or as time itself. */
export function actsInside(actor: Actor, businessId: number): boolean {
  if (actor.type === 'system') return true
  if (actor.type === 'key') return actor.businessId === businessId
  return roleIn(actor, businessId) !== null
}

/** Whether the actor is a key of some other business: to it, this one does not exist. */
export function isForeignKey(actor: Actor, businessId: number): boolean {
  return actor.type === 'key' && actor.businessId !== businessId
}

/** The actor as the outbox and the history store it: a card's holder is a person whose account nobody knows. */
export function actorColumns(actor: Caller): {
  actorType: Exclude<Caller['type'], 'card'>
  actorId: number | null
} {
  if (actor.type === 'user') return { actorType: 'user', actorId: actor.accountId }
  if (actor.type === 'card') return { actorType: 'user', actorId: null }
  return { actorType: actor.type, actorId: actor.type === 'key' ? actor.keyId : null }
}
