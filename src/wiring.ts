// Turns Cloudflare's bindings into the tools that the doors and the domain ask for.
import { Database, StorageError } from '#db/database.ts'
import { busy, tooManyAttempts } from '#domain/accounts/hashing.ts'
import type { Applicant, Hashing } from '#domain/accounts/hashing.ts'
import { createPasswords } from '#domain/accounts/password.ts'
import type { Passwords } from '#domain/accounts/password.ts'
import { refreshTokenOf } from '#domain/accounts/refresh-token.ts'
import type { Tokens } from '#domain/accounts/session.ts'
import type { Clock, Ports } from '#domain/context.ts'
import { renderEvent } from '#dialects/native/events.wire.ts'
import { DomainError } from '#domain/errors.ts'
import type { LogStorage } from '#domain/request-log/log-storage.ts'
import { keyedHash } from '#domain/sealing.ts'
import type { Secret } from '#domain/secrets.ts'
import type { ClaimAnswer, LockedResource, SlotLocks } from '#domain/slots/slot-locks.ts'
import { isLoopback } from '#domain/webhooks/endpoint-url.ts'
import type { WebhookPorts } from '#domain/webhooks/ports.ts'
import { ACCESS_TOKENS_OUTLAST_MS, createAccessTokens } from '#http/access-token.ts'
import type { AccessTokens } from '#http/access-token.ts'
import { createKnownKeys } from '#http/known-keys.ts'
import type { KnownKeys } from '#http/known-keys.ts'
import { callerOf } from '#http/limiter.ts'
import type { Bindings } from '#http/hallway.ts'
import type { Guarded, Suspect } from '#objects/password-guard.ts'

export const clock: Clock = { now: () => Date.now() }

/** What can be made once and kept for all requests of an isolate. */
interface Lasting {
  accessTokens: AccessTokens
  /** The present one, and the one before it while that is still known. */
  sealingKeys: Promise<[CryptoKey, ...CryptoKey[]]>
  knownKeys: KnownKeys
}
const lasting = new Map<string, Lasting>()

export function wire(env: Cloudflare.Env, execution: Pick<ExecutionContext, 'waitUntil'>): Bindings {
  const { accessTokens, sealingKeys, knownKeys } = lastingOf(env)
  return {
    clock,
    origin: env.PUBLIC_ORIGIN,
    accessTokens,
    limiter: env.RATE_LIMITER,
    knownKeys,
    sealingKey: async () => (await sealingKeys)[0],
    log: async (message) => void (await env.REQUEST_LOG.send(message, { contentType: 'v8' })),
    open: ({ writes, bookmark }) => {
      // What is written must be decided on what was written last, whatever the caller has seen.
      return openPorts(env, execution, writes ? 'first-primary' : (bookmark ?? 'first-unconstrained'))
    },
  }
}

/** Ports for one request, or one message or sweep. */
export function openPorts(
  env: Cloudflare.Env,
  execution: Pick<ExecutionContext, 'waitUntil'>,
  from = 'first-primary',
): Ports {
  return {
    db: new Database(env.DB, from),
    locks: slotLocks(env.SLOT_LOCK),
    passwords: passwords(env),
    tokens: tokens(env),
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
  const ownHost = new URL(env.PUBLIC_ORIGIN).hostname
  return {
    urlRules: {
      ownHost,
      // What can be reached from elsewhere never calls its own machine, whatever it is told.
      allowLoopback: env.WEBHOOK_ALLOW_LOOPBACK === 'true' && isLoopback(ownHost),
    },
    sealingKeys: () => lastingOf(env).sealingKeys,
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
      /** The secrets before the present ones, while what was made under them is still about. */
      TOKEN_SECRET_PREVIOUS?: string
      PASSWORD_PEPPER_PREVIOUS?: string
      SEALING_SECRET_PREVIOUS?: string
    }
  }
}

function logStorage({ LOGS, LOG_BODIES }: Cloudflare.Env): LogStorage {
  const database = () => new Database(LOGS, 'first-unconstrained')
  return {
    read: (batch) => database().read(batch),
    commit: (batch) => database().commit(batch),
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
    throw new DomainError('lock.unavailable', { retryAfterSeconds: 1, cause: error })
  }
}

function passwords(env: Cloudflare.Env): Passwords {
  return createPasswords({
    pepper: withPrevious(env, 'PASSWORD_PEPPER'),
    rounds: Number(env.PASSWORD_ROUNDS),
    hashing: passwordGuards(env),
  })
}

/** An account's guard is always the same one of these; e-mails that are made up make no new ones. */
const guardCount = 1024

function passwordGuards(env: Cloudflare.Env): Hashing {
  const ask = async <T>(
    { email, address, knownBy }: Applicant,
    call: (
      guard: ReturnType<typeof env.PASSWORD_GUARD.getByName>,
      suspect: Suspect,
    ) => PromiseLike<Guarded<T>>,
  ): Promise<T> => {
    const [secret] = await lastingOf(env).sealingKeys
    const [place, ledger] = await Promise.all([
      keyedHash(secret, 'password-guard', email),
      keyedHash(secret, 'wrong-passwords', JSON.stringify([email, knownBy])),
    ])
    const guard = env.PASSWORD_GUARD.getByName(String(place.readUInt16BE() % guardCount))
    const suspect = { ledger: ledger.toString('base64'), address, isKnown: knownBy !== undefined }
    const answer = await Promise.resolve(call(guard, suspect)).catch((cause: unknown) => {
      throw busy(cause)
    })
    if (answer.done) return answer.value
    throw answer.refused === 'busy' ? busy() : tooManyAttempts(answer.retryAfterMs)
  }
  return {
    derive: (job, applicant) => ask(applicant, (guard, asker) => guard.derive(job, asker)),
    matches: (job, hash, applicant) => ask(applicant, (guard, suspect) => guard.matches(job, hash, suspect)),
  }
}

function tokens(env: Cloudflare.Env): Tokens {
  const { accessTokens, sealingKeys } = lastingOf(env)
  return {
    issue: (claims) => accessTokens.issue(claims),
    successorOf: async (token) =>
      refreshTokenOf(await keyedHash((await sealingKeys)[0], 'refresh-token', token)),
    refuse: ({ accountId, sessionId }) => {
      const limiter = env.RATE_LIMITER.getByName(callerOf({ accountId }))
      return limiter.end(sessionId, clock.now() + ACCESS_TOKENS_OUTLAST_MS)
    },
  }
}

function lastingOf(env: Cloudflare.Env): Lasting {
  const tokenSecret = withPrevious(env, 'TOKEN_SECRET')
  const sealing = withPrevious(env, 'SEALING_SECRET')
  const name = JSON.stringify([tokenSecret, sealing])
  let found = lasting.get(name)
  if (!found) {
    found = {
      accessTokens: createAccessTokens(tokenSecret, clock),
      sealingKeys: Promise.all([
        keyOf(sealing.current),
        ...(sealing.previous ? [keyOf(sealing.previous)] : []),
      ]),
      knownKeys: createKnownKeys(),
    }
    lasting.set(name, found)
  }
  return found
}

type SecretName = 'TOKEN_SECRET' | 'PASSWORD_PEPPER' | 'SEALING_SECRET'

/** A secret that can be replaced without voiding what was made under the one before. */
function withPrevious(env: Cloudflare.Env, name: SecretName): Secret {
  return { current: secretOf(env, name), previous: env[`${name}_PREVIOUS`] || undefined }
}

function keyOf(secret: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, ['sign'])
}

function secretOf(env: Cloudflare.Env, name: SecretName): string {
  const secret = env[name]
  if (typeof secret !== 'string' || secret.length < 32) {
    throw new Error(
      `${name} must be set to at least 32 characters: on your machine \`npm run dev\` makes one for .dev.vars, ` +
        `deployed it is set with \`wrangler secret put ${name}\``,
    )
  }
  return secret
}
