// Turns Cloudflare's bindings into the tools that the doors and the domain ask for.
import { Database, StorageError } from '#db/database.ts'
import { createPasswords } from '#domain/accounts/password.ts'
import type { Clock, Ports } from '#domain/context.ts'
import { renderEvent } from '#dialects/native/events.wire.ts'
import { DomainError } from '#domain/errors.ts'
import type { LogStorage } from '#domain/request-log/log-storage.ts'
import type { ClaimAnswer, LockedResource, SlotLocks } from '#domain/slots/slot-locks.ts'
import type { WebhookPorts } from '#domain/webhooks/ports.ts'
import { createAccessTokens } from '#http/access-token.ts'
import type { Tools } from '#http/tools.ts'

export const clock: Clock = { now: () => Date.now() }

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
    log: async (message) => void (await env.REQUEST_LOG.send(message, { contentType: 'v8' })),
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
    webhooks: webhookPorts(env),
    logs: logStorage(env),
    announce: (eventIds) =>
      sendAll(
        env.EVENTS,
        eventIds.map((eventId) => ({ body: { eventId } })),
      ),
    background: (work) => execution.waitUntil(work),
  }
}

/** A batch of messages holds a hundred. */
async function sendAll(queue: Queue, messages: readonly MessageSendRequest[]): Promise<void> {
  for (let sent = 0; sent < messages.length; sent += 100) {
    await queue.sendBatch(messages.slice(sent, sent + 100))
  }
}

function webhookPorts(env: Cloudflare.Env): WebhookPorts {
  return {
    urlRules: {
      ownHost: new URL(env.PUBLIC_ORIGIN).hostname,
      allowLoopback: env.WEBHOOK_ALLOW_LOOPBACK === 'true',
    },
    sealingKey: () => lastingOf(env).sealingKey,
    // The other formats come with their dialects; until then no endpoint can ask for them.
    render: (_, sending) => renderEvent(sending, env.PUBLIC_ORIGIN),
    outbound: (url, request) => fetch(url, { ...request, redirect: 'manual' }),
    remind: (reminders) =>
      sendAll(
        env.DELIVERIES,
        reminders.map(({ deliveryId, afterMs }) => ({
          body: { deliveryId },
          delaySeconds: Math.min(Math.ceil(afterMs / 1_000), longestDelaySeconds),
        })),
      ),
    random: () => Math.random(),
  }
}

/** Messages cannot be held back any longer. */
const longestDelaySeconds = 12 * 3_600

declare global {
  namespace Cloudflare {
    interface Env {
      /** Set to `true` by local runs, never where the service is deployed: see domain/webhooks/endpoint-url.ts. */
      WEBHOOK_ALLOW_LOOPBACK?: string
    }
  }
}

function logStorage({ LOGS, LOG_BODIES }: Cloudflare.Env): LogStorage {
  const database = () => new Database(LOGS, 'first-unconstrained')
  return {
    read: (...statements) => database().read(...statements),
    commit: (statements) => database().commit(statements),
    records: {
      put: async (key, bytes) => void (await stored(LOG_BODIES.put(key, bytes))),
      get: async (key, range) => {
        const object = await stored(LOG_BODIES.get(key, { range }))
        return object ? new Uint8Array(await stored(object.arrayBuffer())) : undefined
      },
      list: async (prefix, limit) => {
        const { objects } = await stored(LOG_BODIES.list({ prefix, limit }))
        return objects.map(({ key }) => key)
      },
      delete: (keys) => stored(LOG_BODIES.delete(keys)),
    },
  }
}

async function stored<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new StorageError('objects are not available', { cause: error })
  }
}

function slotLocks(namespace: Cloudflare.Env['SLOT_LOCK']): SlotLocks {
  // A stub is not used again after an error, so each call gets its own.
  const lockOf = ({ businessId, resourceId }: LockedResource) =>
    namespace.getByName(`${businessId}:${resourceId}`)
  return {
    claim: (resource, claim) => reached<ClaimAnswer>(() => lockOf(resource).claim(resource, claim)),
    settle: (resource, settlement) => reached(() => lockOf(resource).settle(resource, settlement)),
    release: (resource, claim) => reached(() => lockOf(resource).release(resource, claim)),
    recheck: (resource, id) => reached(() => lockOf(resource).recheck(resource, id)),
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
      sealingKey: crypto.subtle.importKey('raw', new TextEncoder().encode(sealing), algorithm, false, [
        'sign',
      ]),
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
