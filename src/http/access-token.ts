import { Buffer } from 'node:buffer'
import { sign, verify } from 'hono/jwt'
import { parseIfJson } from '#domain/json.ts'
import { secretId } from '#domain/secrets.ts'
import type { Secret } from '#domain/secrets.ts'

/** A token may live this long because the end of a session revokes its access tokens at once. */
export const ACCESS_TOKEN_SECONDS = 60 * 60

/** Two machines' clocks may differ by this much before a token counts as issued in the future. */
const CLOCK_SKEW_SECONDS = 60
/** After this long, every access token that exists now has expired. */
export const ACCESS_TOKENS_OUTLAST_MS = (ACCESS_TOKEN_SECONDS + CLOCK_SKEW_SECONDS) * 1000

const ISSUER = 'slotkeeper'
const AUDIENCE = 'api'
const TYPE = 'access'

export interface AccessClaims {
  accountId: number
  sessionId: number
}

/** What a token says; `iat` and `exp` are seconds since 1970. */
interface Read extends AccessClaims {
  iat: number
  exp: number
}

/** How many tokens are remembered as good, so that their signatures need not be worked out again. */
const mostKept = 5_000

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
    key: importKey(text),
  }))

  /** Tokens with good signatures, the oldest first: a signature once good stays good. */
  const good = new Map<string, Read>()

  async function readSigned(token: string): Promise<Read | undefined> {
    const made = kidOf(token)
    const used = secrets.find(({ id }) => id === made)
    if (!used) return undefined
    // Expiry is compared with the injected clock, since the library reads the machine's; and each time, since it
    // changes.
    const options = { alg: 'HS256', iss: ISSUER, aud: AUDIENCE, exp: false, iat: false } as const
    const claims = await verify(token, await used.key, options).catch(() => undefined)
    if (claims?.['typ'] !== TYPE) return undefined

    const { sub, sid, iat, exp } = claims
    const accountId = typeof sub === 'string' && /^[1-9]\d*$/.test(sub) ? Number(sub) : NaN
    const isWhole = Number.isSafeInteger(accountId) && isSafeInteger(sid)
    return isWhole && isSafeInteger(iat) && isSafeInteger(exp)
      ? { accountId, sessionId: sid, iat, exp }
      : undefined
  }

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
      const read = good.get(token) ?? (await readSigned(token))
      if (!read) return undefined
      good.set(token, read)
      const [longest] = good.keys()
      if (good.size > mostKept && longest !== undefined) good.delete(longest)
      const { iat, exp, accountId, sessionId } = read
      const now = nowSeconds()
      return iat <= now + CLOCK_SKEW_SECONDS && now < exp ? { accountId, sessionId } : undefined
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
