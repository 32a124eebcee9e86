import type { Scope } from './api-keys/scope.ts'

/** Who acts. */
export type Actor =
  | { type: 'anonymous' }
  | { type: 'user'; accountId: number; sessionId: number }
  | { type: 'key'; keyId: number; businessId: number; scopes: readonly Scope[] }
  | { type: 'system' }

/** Whether the actor acts inside a business: `role` is what its account is there, as the database has it. */
export function actsInside(actor: Actor, businessId: number, role: string | null | undefined): boolean {
  if (actor.type === 'system') return true
  if (actor.type === 'key') return actor.businessId === businessId
  return actor.type === 'user' && role != null
}

/** Whether the actor is a key of some other business: to it, this one does not exist. */
export function isForeignKey(actor: Actor, businessId: number): boolean {
  return actor.type === 'key' && actor.businessId !== businessId
}

/** The actor as the outbox and the history keep it. */
export function actorColumns(actor: Actor): { actorType: Actor['type']; actorId: number | null } {
  if (actor.type === 'user') return { actorType: 'user', actorId: actor.accountId }
  return { actorType: actor.type, actorId: actor.type === 'key' ? actor.keyId : null }
}
