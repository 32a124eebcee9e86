// What an API key may do. Storage is asked each time, so a revoked key is refused at once.
import { apiKeyByHash, touchApiKey } from '#db/api-keys.ts'
import type { Credential } from '#domain/open-context.ts'
import { DomainError } from '#domain/errors.ts'
import { parseOwn } from '#domain/json.ts'
import { lackOf } from '#domain/plans/plan.ts'
import type { Entitlement, PlanId } from '#domain/plans/plan.ts'
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
  /** What the plan of the key's business must include. */
  entitlement?: Entitlement | undefined
  /** Whether the route is open to everybody: there a key that does not have the scope gets what everybody gets. */
  isPublic: boolean
}

/** A use is written down when the last one is this old. */
const noteEveryMs = 60_000

/** The credential of a request with a key. It throws unauthenticated, in the same words for each reason. */
export function keyCredential(
  { keyHash, address, scope, orScope, entitlement, isPublic }: PresentedKey,
  now: number,
): Credential {
  return {
    keyHash,
    statement: apiKeyByHash({ keyHash, now }),
    admit([row], admittedAt) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the row of the statement above
      const key = row as (ApiKey & { planId: PlanId }) | undefined
      if (!key || !isGood(key, address, admittedAt)) throw invalidKey()

      const { id, businessId, lastUsedAt } = key
      const scopes = parseOwn<Scope[]>(key.scopes)
      const before = admittedAt - noteEveryMs
      const isFresh = lastUsedAt !== null && lastUsedAt > before
      const bearer = { type: 'key', keyId: id, businessId, scopes } as const
      const hasScope = [scope, orScope].some((one) => one !== undefined && allows(scopes, one))
      const lack = entitlement && lackOf(key.planId, entitlement)
      const isMissing = !hasScope && scope !== undefined
      return {
        bearer,
        actor: isPublic && !hasScope ? { type: 'anonymous' } : bearer,
        refusal: isPublic ? undefined : (lack ?? (isMissing ? scopeMissing(scope) : undefined)),
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
