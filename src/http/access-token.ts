import { Buffer } from 'node:buffer'
import { decode, sign, verify } from 'hono/jwt'
import { secretId } from '#domain/secrets.ts'
import type { Secret } from '#domain/secrets.ts'

/** As long as it may be, for the end of a session reaches its access tokens at once. */
export const ACCESS_TOKEN_SECONDS = 60 * 60

/** Two machines' clocks may differ by this much before a token counts as issued in the future. */
const CLOCK_SKEW_SECONDS = 60
/** From now on, the last of the access tokens that there are already has run out after this long. */
export const ACCESS_TOKENS_OUTLAST_MS = (ACCESS_TOKEN_SECONDS + CLOCK_SKEW_SECONDS) * 1000

const ISSUER = 'slotkeeper'
const AUDIENCE = 'api'
const TYPE = 'access'

export interface AccessClaims {
  accountId: number
  sessionId: number
}

export interface AccessTokens {
  issue(claims: AccessClaims): Promise<string>
  verify(token: string): Promise<AccessClaims | undefined>
}

/**
 * Signs and checks access tokens (JWT, HS256, one hour, `kid` says which secret). `verify` answers undefined
 * for anything but a valid one of ours.
 */
export function createAccessTokens(secret: Secret, clock: { now(): number }): AccessTokens {
  const nowSeconds = () => Math.floor(clock.now() / 1000)
  const kid = secretId(secret.current)
  const signingKey = { kty: 'oct', alg: 'HS256', kid, k: Buffer.from(secret.current).toString('base64url') }
  const secrets = [secret.current, secret.previous ?? secret.current].map((text) => ({
    id: secretId(text),
    text,
  }))

  return {
    issue({ accountId, sessionId }) {
      const iat = nowSeconds()
      const exp = iat + ACCESS_TOKEN_SECONDS
      const claims = {
        sub: String(accountId),
        sid: sessionId,
        iat,
        exp,
        iss: ISSUER,
        aud: AUDIENCE,
        typ: TYPE,
      }
      return sign(claims, signingKey)
    },

    async verify(token) {
      const made = kidOf(token)
      const used = secrets.find(({ id }) => id === made)
      if (!used) return undefined
      // The library reads the machine's clock, so the two instants are compared here, with ours.
      const options = { alg: 'HS256', iss: ISSUER, aud: AUDIENCE, exp: false, iat: false } as const
      const claims = await verify(token, used.text, options).catch(() => undefined)
      if (claims?.['typ'] !== TYPE) return undefined

      const { sub, sid, iat, exp } = claims
      const accountId = typeof sub === 'string' && /^[1-9]\d*$/.test(sub) ? Number(sub) : NaN
      if (!Number.isSafeInteger(accountId) || !isSafeInteger(sid)) return undefined
      if (!isSafeInteger(iat) || iat > nowSeconds() + CLOCK_SKEW_SECONDS) return undefined
      if (!isSafeInteger(exp) || exp <= nowSeconds()) return undefined
      return { accountId, sessionId: sid }
    },
  }
}

function kidOf(token: string): unknown {
  try {
    return decode(token).header.kid
  } catch {
    return undefined
  }
}

function isSafeInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
