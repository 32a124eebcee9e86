import { Buffer } from 'node:buffer'
import { sign, verify } from 'hono/jwt'
import { parseIfJson } from '#domain/json.ts'
import { secretId } from '#domain/secrets.ts'
import type { Secret } from '#domain/secrets.ts'
import { keepLatest } from './keep-latest.ts'

/** A token may live this long because the end of a session revokes its access tokens at once. */
export const ACCESS_TOKEN_SECONDS = 60 * 60

/** Two machines' clocks may differ by this much before a token counts as issued in the future. */
const CLOCK_SKEW_SECONDS = 60
/** After this long, every access token that exists now has expired. */
export const ACCESS_TOKENS_OUTLAST_MS = (ACCESS_TOKEN_SECONDS + CLOCK_SKEW_SECONDS) * 1000

const ISSUER = 'slotkeeper'
const AUDIENCE = 'api'

export interface AccessClaims {
  accountId: number
  sessionId: number
}

/** How many tokens are remembered as good, so that their signatures need not be worked out again. */
const mostKept = 5_000

/** Tokens of one kind, which say `Claims`. */
interface SignedTokens<Claims> {
  issue(claims: Claims): Promise<string>
  /** What the token says; undefined for anything but a valid one of ours. */
  verify(token: string): Promise<Claims | undefined>
}

export type AccessTokens = SignedTokens<AccessClaims>
export type KeyTokens = SignedTokens<{ keyHash: string }>

interface Clock {
  now(): number
}

/** Access tokens of people. */
export function createAccessTokens(secret: Secret, clock: Clock): AccessTokens {
  return createSignedTokens(secret, clock, {
    type: 'access',
    write: ({ accountId, sessionId }) => ({ sub: String(accountId), sid: sessionId }),
    read({ sub, sid }) {
      const accountId = typeof sub === 'string' && /^[1-9]\d*$/.test(sub) ? Number(sub) : NaN
      return Number.isSafeInteger(accountId) && isSafeInteger(sid) ? { accountId, sessionId: sid } : undefined
    },
  })
}

/**
 * Tokens that stand for an API key. A token only names its key, by the hash that storage has of it: so it is good for
 * what the key is good for at that moment, and for nothing once the key is not.
 */
export function createKeyTokens(secret: Secret, clock: Clock): KeyTokens {
  return createSignedTokens(secret, clock, {
    type: 'key',
    write: ({ keyHash }) => ({ sub: keyHash }),
    read: ({ sub }) => (typeof sub === 'string' && /^[\da-f]{64}$/.test(sub) ? { keyHash: sub } : undefined),
  })
}

interface Kind<Claims> {
  /** No token of one kind is taken for one of another. */
  type: string
  write(claims: Claims): { sub: string; sid?: number }
  read(payload: Record<string, unknown>): Claims | undefined
}

/** JWT, HS256, one hour; `kid` says which secret. */
function createSignedTokens<Claims>(secret: Secret, clock: Clock, kind: Kind<Claims>): SignedTokens<Claims> {
  const nowSeconds = () => Math.floor(clock.now() / 1000)
  const kid = secretId(secret.current)
  const signingKey = { kty: 'oct', alg: 'HS256', kid, k: Buffer.from(secret.current).toString('base64url') }
  const secrets = [secret.current, secret.previous ?? secret.current].map((text) => ({
    id: secretId(text),
    key: importKey(text),
  }))

  /** What tokens with good signatures say, the oldest first: a signature once good stays good. Times are in seconds. */
  const good = new Map<string, { claims: Claims; iat: number; exp: number }>()

  async function readSigned(token: string) {
    const made = kidOf(token)
    const used = secrets.find(({ id }) => id === made)
    if (!used) return undefined
    // Expiry is compared with the injected clock, since the library reads the machine's; and each time, since it
    // changes.
    const options = { alg: 'HS256', iss: ISSUER, aud: AUDIENCE, exp: false, iat: false } as const
    const payload = await verify(token, await used.key, options).catch(() => undefined)
    if (payload?.['typ'] !== kind.type) return undefined
    const claims = kind.read(payload)
    const { iat, exp } = payload
    return claims && isSafeInteger(iat) && isSafeInteger(exp) ? { claims, iat, exp } : undefined
  }

  return {
    issue(claims) {
      const iat = nowSeconds()
      const exp = iat + ACCESS_TOKEN_SECONDS
      const payload = { ...kind.write(claims), iat, exp, iss: ISSUER, aud: AUDIENCE, typ: kind.type }
      return sign(payload, signingKey)
    },

    async verify(token) {
      let read = good.get(token)
      if (!read) {
        read = await readSigned(token)
        if (!read) return undefined
        keepLatest(good, token, read, mostKept)
      }
      const now = nowSeconds()
      return read.iat <= now + CLOCK_SKEW_SECONDS && now < read.exp ? read.claims : undefined
    },
  }
}

function importKey(secret: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', Buffer.from(secret), algorithm, false, ['verify'])
}

/** Which secret a token says it was signed with. */
function kidOf(token: string): unknown {
  const header = parseIfJson(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString())
  return typeof header === 'object' && header !== null && 'kid' in header ? header.kid : undefined
}

function isSafeInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
