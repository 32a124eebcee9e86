// What rests on the secrets: access and refresh tokens, passwords, and everything that is sealed or kept under a keyed hash.
import { busy, tooManyAttempts } from '#domain/accounts/hashing.ts'
import type { Applicant, Hashing } from '#domain/accounts/hashing.ts'
import { createPasswords } from '#domain/accounts/password.ts'
import type { Passwords } from '#domain/accounts/password.ts'
import { refreshTokenOf } from '#domain/accounts/refresh-token.ts'
import type { Tokens } from '#domain/accounts/session.ts'
import { keyedHash } from '#domain/sealing.ts'
import type { Secret } from '#domain/secrets.ts'
import { ACCESS_TOKENS_OUTLAST_MS, createAccessTokens, createKeyTokens } from '#http/access-token.ts'
import type { AccessTokens, KeyTokens } from '#http/access-token.ts'
import { createKnownCallers } from '#http/known-callers.ts'
import type { KnownCallers } from '#http/known-callers.ts'
import { callerOf } from '#http/limiter.ts'
import type { Guarded, Suspect } from '#objects/password-guard.ts'
import { clock } from './clock.ts'

declare global {
  namespace Cloudflare {
    interface Env {
      /** The secrets before the present ones, while what was made under them is still about. */
      TOKEN_SECRET_PREVIOUS?: string
      PASSWORD_PEPPER_PREVIOUS?: string
      SEALING_SECRET_PREVIOUS?: string
    }
  }
}

/** What can be made once and kept for all requests of an isolate. */
interface Lasting {
  accessTokens: AccessTokens
  keyTokens: KeyTokens
  /** The present one, and the one before it while that is still known. */
  sealingKeys: Promise<[CryptoKey, ...CryptoKey[]]>
  knownCallers: KnownCallers
}
/** By the secrets that it was made from. */
const lasting = new Map<string, Lasting>()
/** The same, where they were read before. */
const lastingOfEnv = new WeakMap<Cloudflare.Env, Lasting>()

export function lastingOf(env: Cloudflare.Env): Lasting {
  const known = lastingOfEnv.get(env)
  if (known) return known
  const found = lastingOfSecrets(env)
  lastingOfEnv.set(env, found)
  return found
}

function lastingOfSecrets(env: Cloudflare.Env): Lasting {
  const tokenSecret = withPrevious(env, 'TOKEN_SECRET')
  const sealing = withPrevious(env, 'SEALING_SECRET')
  const name = JSON.stringify([tokenSecret, sealing])
  let found = lasting.get(name)
  if (!found) {
    found = {
      accessTokens: createAccessTokens(tokenSecret, clock),
      keyTokens: createKeyTokens(tokenSecret, clock),
      sealingKeys: Promise.all([
        keyOf(sealing.current),
        ...(sealing.previous ? [keyOf(sealing.previous)] : []),
      ]),
      knownCallers: createKnownCallers(),
    }
    lasting.set(name, found)
  }
  return found
}

export function passwords(env: Cloudflare.Env): Passwords {
  return createPasswords({
    pepper: withPrevious(env, 'PASSWORD_PEPPER'),
    rounds: Number(env.PASSWORD_ROUNDS),
    hashing: passwordGuards(env),
  })
}

/** An e-mail always leads to the same one of these objects, so made-up e-mails create no new ones. */
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

export function tokens(env: Cloudflare.Env): Tokens {
  const { accessTokens, keyTokens, sealingKeys } = lastingOf(env)
  return {
    issue: (claims) => accessTokens.issue(claims),
    issueForKey: (keyHash) => keyTokens.issue({ keyHash }),
    successorOf: async (token) =>
      refreshTokenOf(await keyedHash((await sealingKeys)[0], 'refresh-token', token)),
    refuse: ({ accountId, sessionId }) => {
      const limiter = env.RATE_LIMITER.getByName(callerOf({ accountId }))
      return limiter.end(sessionId, clock.now() + ACCESS_TOKENS_OUTLAST_MS)
    },
  }
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
