// What an API key may do. Storage is asked each time, so a revoked key is refused at once.
import { apiKeyByHash, touchApiKey } from '#db/api-keys.ts'
import type { Credential } from '#domain/open-context.ts'
import { DomainError } from '#domain/errors.ts'
import { parseOwn } from '#domain/json.ts'
import { invalidKey } from './api-key.ts'
import type { ApiKey } from './api-key.ts'
import { isWithin } from './ip-range.ts'
import { allows } from './scope.ts'
import type { Scope } from './scope.ts'

export interface PresentedKey {
  /** SHA-256 of the key, hex: found by an index, which tells whoever measures it nothing about any key. */
  keyHash: string
  /** The address that it comes from, in full. */
  address: string
  /** The scope that the route asks for; undefined where any key will do. */
  scope?: Scope | undefined
  /** Another one that is enough to come in. */
  orScope?: Scope | undefined
  /** Whether the route is open to everybody: there a key that does not have the scope gets what everybody gets. */
  isPublic: boolean
}

/** A use is written down when the last one is this old. */
const noteEveryMs = 60_000

/** The credential of a request with a key. It throws unauthenticated, in the same words for each reason. */
export function keyCredential(
  { keyHash, address, scope, orScope, isPublic }: PresentedKey,
  now: number,
): Credential {
  return {
    keyHash,
    statement: apiKeyByHash({ keyHash, now }),
    admit([row], admittedAt) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the row of the statement above
      const key = row as ApiKey | undefined
      if (!key || !isGood(key, address, admittedAt)) throw invalidKey()

      const { id, businessId, lastUsedAt } = key
      const scopes = parseOwn<Scope[]>(key.scopes)
      const before = admittedAt - noteEveryMs
      const isFresh = lastUsedAt !== null && lastUsedAt > before
      const bearer = { type: 'key', keyId: id, businessId, scopes } as const
      const hasScope = [scope, orScope].some((wanted) => wanted !== undefined && allows(scopes, wanted))
      return {
        bearer,
        actor: isPublic && !hasScope ? { type: 'anonymous' } : bearer,
        refusal: isPublic || hasScope || scope === undefined ? undefined : scopeMissing(scope),
        trace: isFresh ? undefined : touchApiKey({ id, now: admittedAt, before }),
      }
    },
  }
}

function isGood({ revokedAt, expiresAt, allowedIps }: ApiKey, address: string, now: number): boolean {
  if (revokedAt !== null || (expiresAt !== null && expiresAt <= now)) return false
  return allowedIps === null || isWithin(address, parseOwn<string[]>(allowedIps))
}

export function scopeMissing(scope: Scope): DomainError {
  return new DomainError('key.scope_missing', { message: `This key lacks the scope ${scope}` })
}
