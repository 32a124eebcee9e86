/** Who acts. */
export type Actor =
  | { type: 'anonymous' }
  | { type: 'user'; accountId: number; sessionId: number }
  | { type: 'system' }

/** The actor's account, or 0, which is nobody's. */
export function accountOf(actor: Actor): number {
  return actor.type === 'user' ? actor.accountId : 0
}

/** The actor as the outbox and the history keep it. */
export function actorColumns(actor: Actor): { actorType: Actor['type']; actorId: number | null } {
  return { actorType: actor.type, actorId: actor.type === 'user' ? actor.accountId : null }
}
