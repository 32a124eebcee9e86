// Callers whose keys or access tokens storage confirmed lately. They tell for whom to count a request while storage is
// asked again; they grant nothing.
import type { User } from '#domain/actor.ts'
import { keepLatest } from './keep-latest.ts'

export interface KnownKey {
  type: 'key'
  keyId: number
  businessId: number
}

export type KnownCaller = KnownKey | User

/** Callers by the hash of their key or token. */
export interface KnownCallers {
  find(hash: string, now: number): KnownCaller | undefined
  remember(hash: string, caller: KnownCaller, now: number): void
  forget(hash: string): void
}

const knownForMs = 15 * 60_000
const mostKnown = 10_000

export function createKnownCallers(): KnownCallers {
  /** The longest known first. */
  const known = new Map<string, { caller: KnownCaller; until: number }>()
  return {
    find(hash, now) {
      const found = known.get(hash)
      return found && now < found.until ? found.caller : undefined
    },
    remember(hash, caller, now) {
      keepLatest(known, hash, { caller, until: now + knownForMs }, mostKnown)
    },
    forget: (hash) => void known.delete(hash),
  }
}
