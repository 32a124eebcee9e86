import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { secretId } from '#domain/secrets.ts'
import { ACCESS_TOKEN_SECONDS, createAccessTokens } from '#http/access-token.ts'

const SECRET = 'a secret of thirty-two characters'
const ISSUED_AT = Date.UTC(2026, 0, 15, 9, 30)
const IAT = ISSUED_AT / 1000
const CLAIMS = { accountId: 9_007_199_254_740_991, sessionId: 42 }
const VALID = {
  sub: '9007199254740991',
  sid: 42,
  iat: IAT,
  exp: IAT + 3600,
  iss: 'slotkeeper',
  aud: 'api',
  typ: 'access',
}

const clock = { at: ISSUED_AT, now: () => clock.at }
const tokens = createAccessTokens({ current: SECRET }, clock)
const at = (secondsLater: number) =>
  createAccessTokens({ current: SECRET }, { now: () => ISSUED_AT + secondsLater * 1000 })

/** A token made by hand, so that the library is not its own witness. */
function forge(
  claims: object,
  { alg = 'HS256', digest = 'sha256', secret = SECRET, kid = secretId(SECRET) } = {},
): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const content = `${part({ alg, typ: 'JWT', kid })}.${part(claims)}`
  return `${content}.${alg === 'none' ? '' : createHmac(digest, secret).update(content).digest('base64url')}`
}

describe('an access token', () => {
  it('is the HS256 token another implementation makes of the same claims', async () => {
    expect(await tokens.issue(CLAIMS)).toBe(forge(VALID))
    expect(ACCESS_TOKEN_SECONDS).toBe(3600)
  })

  it('tells whose it is', async () => {
    expect(await tokens.verify(await tokens.issue(CLAIMS))).toEqual(CLAIMS)
  })

  it('is good for an hour, by the clock it was given', async () => {
    const token = await tokens.issue(CLAIMS)
    expect(await at(3599).verify(token)).toEqual(CLAIMS)
    expect(await at(3600).verify(token)).toBeUndefined()
    expect(await at(-60).verify(token), 'a clock that lags a little').toEqual(CLAIMS)
    expect(await at(-61).verify(token), 'issued in the future').toBeUndefined()
  })

  it('is looked at anew each time, and known again only as a whole', async () => {
    const later = { at: ISSUED_AT, now: () => later.at }
    const known = createAccessTokens({ current: SECRET }, later)
    const token = await known.issue(CLAIMS)
    expect(await known.verify(token)).toEqual(CLAIMS)
    expect(await known.verify(`${token.slice(0, -2)}AA`), 'another signature').toBeUndefined()
    expect(await known.verify(`${token}=`), 'the same one, written otherwise').toEqual(
      await tokens.verify(`${token}=`),
    )
    later.at += 3_600_000
    expect(await known.verify(token), 'over by now').toBeUndefined()
  })

  it('outlives the replacement of the secret, as long as the one before is known', async () => {
    const old = await tokens.issue(CLAIMS)
    const current = 'a new secret of thirty-two chars'
    const rotated = createAccessTokens({ current, previous: SECRET }, clock)
    expect(await rotated.verify(old)).toEqual(CLAIMS)
    const anew = await rotated.issue(CLAIMS)
    expect(await rotated.verify(anew)).toEqual(CLAIMS)
    expect(await createAccessTokens({ current }, clock).verify(anew)).toEqual(CLAIMS)
    expect(await createAccessTokens({ current }, clock).verify(old)).toBeUndefined()
    const posing = forge(VALID, { secret: SECRET, kid: secretId(current) })
    expect(await rotated.verify(posing), 'signed with one and naming the other').toBeUndefined()
  })

  it('is refused when any of its characters was changed', async () => {
    const token = await tokens.issue(CLAIMS)
    for (let i = 0; i < token.length - 1; i++) {
      const changed = token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1)
      expect(await tokens.verify(changed), `character ${i}`).toBeUndefined()
    }
  })

  it.each([
    ['without a signature (alg none)', forge(VALID, { alg: 'none' })],
    ['alg None', forge(VALID, { alg: 'None' })],
    ['with another algorithm of the family', forge(VALID, { alg: 'HS512', digest: 'sha512' })],
    ['that claims HS256 and is signed otherwise', forge(VALID, { digest: 'sha512' })],
    ['with another secret', forge(VALID, { secret: 'another secret of thirty-two ch.' })],
    ['that names another secret', forge(VALID, { kid: secretId('another secret of thirty-two ch.') })],
    ['that names no secret', forge(VALID, { kid: '' })],
    ['of another issuer', forge({ ...VALID, iss: 'elsewhere' })],
    ['for another audience', forge({ ...VALID, aud: 'admin' })],
    ['of another type', forge({ ...VALID, typ: 'refresh' })],
    ['without a type', forge({ ...VALID, typ: undefined })],
    ['that never expires', forge({ ...VALID, exp: undefined })],
    ['that expires as a word', forge({ ...VALID, exp: 'never' })],
    ['without an instant of issue', forge({ ...VALID, iat: undefined })],
    ['without an account', forge({ ...VALID, sub: undefined })],
    ['whose account is no number', forge({ ...VALID, sub: 'admin' })],
    ['whose account is empty', forge({ ...VALID, sub: '' })],
    ['without a session', forge({ ...VALID, sid: undefined })],
    ['that is no token', 'not.a.token'],
    ['of two parts', 'a.b'],
    ['of nothing', ''],
  ])('%s is refused', async (_, token) => {
    expect(await tokens.verify(token)).toBeUndefined()
  })
})
