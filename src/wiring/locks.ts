import { DomainError } from '#domain/errors.ts'
import type { ClaimAnswer, LockedResource, SlotLocks } from '#domain/slots/slot-locks.ts'

export function slotLocks(namespace: Cloudflare.Env['SLOT_LOCK']): SlotLocks {
  // A stub is not used again after an error, so each call gets its own.
  const lockOf = ({ businessId, resourceId }: LockedResource) =>
    namespace.getByName(`${businessId}:${resourceId}`)
  return {
    claim: (resource, ...claims) => reach<ClaimAnswer>(() => lockOf(resource).claim(resource, ...claims)),
    settle: (resource, settlement) => reach(() => lockOf(resource).settle(resource, settlement)),
    release: (resource, claim) => reach(() => lockOf(resource).release(resource, claim)),
    recheck: (resource, id) => reach(() => lockOf(resource).recheck(resource, id)),
    refill: (resource) => reach(() => lockOf(resource).refill()),
  }
}

async function reach<T>(call: () => PromiseLike<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw new DomainError('lock.unavailable', { retryAfterSeconds: 1, cause: error })
  }
}
