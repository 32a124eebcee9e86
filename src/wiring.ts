// Turns Cloudflare's bindings into the tools that the doors and the domain ask for.
import { Database } from '#db/database.ts'
import { createPasswords } from '#domain/accounts/password.ts'
import type { Clock, Ports } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import type { ClaimAnswer, LockedResource, SlotLocks } from '#domain/slots/slot-locks.ts'
import { createAccessTokens } from '#http/access-token.ts'
import type { Tools } from '#http/tools.ts'

const clock: Clock = { now: () => Date.now() }

/** What can be made once and kept for all requests of an isolate. */
interface Lasting {
  accessTokens: ReturnType<typeof createAccessTokens>
  passwords: ReturnType<typeof createPasswords>
  sealingKey: Promise<CryptoKey>
}
const lasting = new Map<string, Lasting>()

export function wire(env: Cloudflare.Env, execution: Pick<ExecutionContext, 'waitUntil'>): Tools {
  const { accessTokens, sealingKey } = lastingOf(env)
  return {
    clock,
    accessTokens,
    limiter: env.RATE_LIMITER,
    sealingKey: () => sealingKey,
    open: ({ writes, bookmark }) => {
      return openPorts(env, execution, bookmark ?? (writes ? 'first-primary' : 'first-unconstrained'))
    },
  }
}

/** Ports for one request, or one message or sweep. */
export function openPorts(
  env: Cloudflare.Env,
  execution: Pick<ExecutionContext, 'waitUntil'>,
  from = 'first-primary',
): Ports {
  const { accessTokens, passwords } = lastingOf(env)
  return {
    db: new Database(env.DB, from),
    locks: slotLocks(env.SLOT_LOCK),
    passwords,
    accessTokens,
    announce: async (eventIds) => {
      for (let sent = 0; sent < eventIds.length; sent += 100) {
        await env.EVENTS.sendBatch(eventIds.slice(sent, sent + 100).map((eventId) => ({ body: { eventId } })))
      }
    },
    background: (work) => execution.waitUntil(work),
  }
}

function slotLocks(namespace: Cloudflare.Env['SLOT_LOCK']): SlotLocks {
  // A stub is not used again after an error, so each call gets its own.
  const lockOf = ({ businessId, resourceId }: LockedResource) =>
    namespace.getByName(`${businessId}:${resourceId}`)
  return {
    claim: (resource, claim) => reached<ClaimAnswer>(() => lockOf(resource).claim(resource, claim)),
    settle: (resource, settlement) => reached(() => lockOf(resource).settle(resource, settlement)),
    release: (resource, id, version) => reached(() => lockOf(resource).release(resource, id, version)),
    refill: (resource) => reached(() => lockOf(resource).refill()),
  }
}

async function reached<T>(call: () => PromiseLike<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw new DomainError(
      'unavailable',
      'lock.unavailable',
      'The slot cannot be reserved now, please try again',
      {
        retryAfterSeconds: 1,
        cause: error,
      },
    )
  }
}

function lastingOf(env: Cloudflare.Env): Lasting {
  const tokenSecret = secretOf(env, 'TOKEN_SECRET')
  const pepper = secretOf(env, 'PASSWORD_PEPPER')
  const sealing = secretOf(env, 'SEALING_SECRET')
  const parallelization = Number(env.PASSWORD_PARALLELIZATION)
  const name = [tokenSecret, pepper, sealing, parallelization].join('\n')
  let found = lasting.get(name)
  if (!found) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' }
    found = {
      accessTokens: createAccessTokens(tokenSecret, clock),
      passwords: createPasswords({ pepper, parallelization }),
      sealingKey: crypto.subtle.importKey(
        'raw',
        new TextEncoder().encode(sealing),
        algorithm,
        false,
        ['sign'],
      ),
    }
    lasting.set(name, found)
  }
  return found
}

function secretOf(env: Cloudflare.Env, name: 'TOKEN_SECRET' | 'PASSWORD_PEPPER' | 'SEALING_SECRET'): string {
  const secret = env[name]
  if (typeof secret !== 'string' || secret.length < 32) {
    throw new Error(`${name} must be set to at least 32 characters (wrangler secret put ${name})`)
  }
  return secret
}
