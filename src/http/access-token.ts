import { sign, verify } from 'hono/jwt'

export const ACCESS_TOKEN_SECONDS = 60 * 60

/** Two machines' clocks may differ by this much before a token counts as issued in the future. */
const CLOCK_SKEW_SECONDS = 60

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

/** Signs and checks access tokens (JWT, HS256, one hour). `verify` answers undefined for anything but a valid one of ours. */
export function createAccessTokens(secret: string, clock: { now(): number }): AccessTokens {
  const nowSeconds = () => Math.floor(clock.now() / 1000)

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
      return sign(claims, secret, 'HS256')
    },

    async verify(token) {
      // The library reads the machine's clock, so the two instants are compared here, with ours.
      const options = { alg: 'HS256', iss: ISSUER, aud: AUDIENCE, exp: false, iat: false } as const
      const claims = await verify(token, secret, options).catch(() => undefined)
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

function isSafeInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
