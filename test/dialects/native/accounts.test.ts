import { createExecutionContext, listDurableObjectIds, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  accountByEmailAndAddress,
  accountByRefreshToken,
  eraseSessionsOf,
  refreshTokenAfter,
} from '#db/accounts.ts'
import { Database } from '#db/database.ts'
import { newRefreshToken } from '#domain/accounts/refresh-token.ts'
import { refreshSession } from '#domain/accounts/refresh-session.ts'
import { signIn } from '#domain/accounts/sign-in.ts'
import { signOut } from '#domain/accounts/sign-out.ts'
import type { Ports } from '#domain/context.ts'
import { openPorts } from '../../../src/wiring/index.ts'
import worker from '../../../src/worker.ts'
import {
  aWorld,
  call,
  contextOf,
  days,
  hours,
  iso,
  minutes,
  monday,
  query,
  setClock,
  settled,
} from '../../world.ts'
import type { Answer, CallOptions } from '../../world.ts'

beforeEach(() => setClock())

const password = 'correct horse battery staple'

const device = { address: '203.0.113.9', userAgent: 'a test' }

let people = 0
const newcomer = (more: object = {}) => {
  people += 1
  return { email: `ada.${people}@example.com`, password, firstName: 'Ada', lastName: 'Lovelace', ...more }
}

const post = (path: string, body: unknown, options: CallOptions = {}) =>
  call('POST', path, { ...options, body })
const signUp = (body: unknown, options?: CallOptions) => post('/api/auth/signup', body, options)
const signInAs = (email: string, secret = password) => post('/api/auth/signin', { email, password: secret })
const refresh = (token: unknown, options?: CallOptions) =>
  post('/api/auth/refresh', { refresh_token: token }, options)
const profile = (token: string) => call('GET', '/api/users/profile', { token })
const erase = (token: string, secret = password) =>
  call('DELETE', '/api/users/account', { token, body: { password: secret } })

interface SignedUp {
  id: number
  email: string
  token: string
  refreshToken: string
}

async function aMember(more: object = {}): Promise<SignedUp> {
  const { body, status } = await signUp(newcomer(more))
  expect(status).toBe(201)
  return {
    id: body.user.id,
    email: body.user.email,
    token: body.access_token,
    refreshToken: body.refresh_token,
  }
}

/** A refusal without what differs from call to call. */
const told = ({ status, body: { requestId: _, ...body }, headers }: Answer) => {
  return { status, body, challenge: headers.get('WWW-Authenticate') }
}

const invalidRefreshToken = {
  status: 401,
  body: { error: 'The refresh token is not valid', code: 'auth.invalid_refresh_token' },
  challenge: 'Bearer',
}

describe('signing up', () => {
  it('makes an account and signs it in', async () => {
    const body = newcomer({ email: ' Grace@Example.COM ', phone: '+49 30 123456', locale: 'de-at' })
    const answer = await signUp(body)
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      user: {
        id: expect.any(Number),
        email: 'grace@example.com',
        firstName: 'Ada',
        lastName: 'Lovelace',
        phone: '+49 30 123456',
        locale: 'de-AT',
        createdAt: iso(monday),
        updatedAt: iso(monday),
      },
      access_token: expect.any(String),
      refresh_token: expect.stringMatching(/^rt_[\w-]{43}$/),
      token_type: 'Bearer',
      expires_in: 3600,
    })
    expect((await profile(answer.body.access_token)).body).toEqual(answer.body.user)
  })

  it('keeps a hash of the password, not the password', async () => {
    const { id } = await aMember()
    const [row] = await query<{ passwordHash: string }>(
      'select "passwordHash" from "accounts" where "id" = ?',
      id,
    )
    expect(row?.passwordHash).toMatch(/^scrypt\$16384\$8\$1\$1\$/)
  })

  it('is refused for an e-mail that has an account, however it is written', async () => {
    const { email } = await aMember()
    const answer = await signUp(newcomer({ email: email.toUpperCase() }))
    expect(told(answer)).toMatchObject({
      status: 409,
      body: { error: 'This email is already taken', code: 'account.email_taken' },
    })
  })

  it('leaves an address that was never proved open to whoever proves it', async () => {
    const { id, email } = await aMember()
    const release = 'update "accounts" set "email" = null, "emailReleasedAt" = ? where "id" = ?'
    await query(release, monday, id)
    expect((await signUp(newcomer({ email }))).status).toBe(201)
    const silently = 'update "accounts" set "email" = null where "email" = ?'
    await expect(query(silently, email)).rejects.toThrow('accountsErased')
  })

  it('makes one account of two sign-ups at once', async () => {
    const body = newcomer()
    const answers = await Promise.all([signUp(body), signUp(body)])
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409])
    expect(await query('select "id" from "accounts" where "email" = ?', body.email)).toHaveLength(1)
  })

  it('says what is missing', async () => {
    const answer = await signUp({})
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({
      error: 'Validation failed',
      errors: [
        { field: 'email', message: 'Email is required' },
        { field: 'password', message: 'Password is required' },
        { field: 'firstName', message: 'First name is required' },
        { field: 'lastName', message: 'Last name is required' },
      ],
    })
  })

  it.each([
    ['email', 'ada', 'Email is not valid'],
    ['password', 'seven77', 'Minimum 8 characters'],
    ['password', 'x'.repeat(257), 'Maximum 256 characters'],
    ['password', 'ẛ̣'.repeat(4), 'Minimum 8 characters'],
    ['password', '\0'.repeat(8), 'Password must not contain control characters'],
    ['password', 'with a \u001b in it', 'Password must not contain control characters'],
    ['password', ' '.repeat(8), 'Password must not be blank'],
    ['password', 'Password1', 'Password is too common'],
    ['password', 'lovelace', 'Password must not be your email or name'],
    ['firstName', ' ', 'First name is required'],
    ['phone', 'none', 'Phone is not valid'],
    ['locale', 'english please', 'Locale must be a BCP 47 language tag'],
    ['role', 'admin', 'Role is not a known field'],
  ])('refuses %s %j', async (field, value, message) => {
    const answer = await signUp(newcomer({ [field]: value }))
    expect(answer.status).toBe(422)
    expect(answer.body.errors).toEqual([{ field, message }])
  })

  it('again under the same Idempotency-Key makes no second account: the address is taken', async () => {
    const headers = { 'Idempotency-Key': 'sign-up-once', 'CF-Connecting-IP': '203.0.113.1' }
    const body = newcomer()
    const twice = await Promise.all([signUp(body, { headers }), signUp(body, { headers })])
    const outcomes = [...twice, await signUp(body, { headers })].map(({ status, body: { code } }) => [
      status,
      code,
    ])
    expect(outcomes.toSorted(([one], [other]) => one - other)).toEqual([
      [201, undefined],
      [409, 'account.email_taken'],
      [409, 'account.email_taken'],
    ])
    expect((await signInAs(body.email)).status).toBe(200)
  })
})

describe('signing in', () => {
  it('opens another session with the same words as signing up', async () => {
    const { id, email, token, refreshToken } = await aMember()
    const answer = await signInAs(email.toUpperCase())
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ user: { id, email }, token_type: 'Bearer', expires_in: 3600 })
    expect((await profile(answer.body.access_token)).body).toEqual(answer.body.user)
    expect([answer.body.access_token, answer.body.refresh_token]).not.toEqual([token, refreshToken])
    expect((await refresh(refreshToken)).status).toBe(200)
  })

  it('tells nobody whether it was the e-mail or the password', async () => {
    const { email } = await aMember()
    const wrongPassword = await signInAs(email, 'wrong')
    expect(told(wrongPassword)).toEqual({
      status: 401,
      body: { error: 'Email or password is not correct', code: 'auth.invalid_credentials' },
      challenge: 'Bearer',
    })
    expect(told(await signInAs('nobody@example.com'))).toEqual(told(wrongPassword))
  })

  it('does the work of checking a password even for an unknown e-mail', async () => {
    const { email } = await aMember()
    const verify = vi.fn<Ports['passwords']['verify']>(async () => false)
    const ctx = contextOf(undefined, (ports) => ({ ...ports, passwords: { ...ports.passwords, verify } }))
    const refused = { code: 'auth.invalid_credentials' }
    const nobody = 'nobody@example.com'
    for (const name of [email, nobody])
      await expect(signIn(ctx, { email: name, password: 'wrong', device })).rejects.toMatchObject(refused)
    const applicant = { address: device.address, knownBy: undefined }
    expect(verify.mock.calls).toEqual([
      ['wrong', expect.stringMatching(/^scrypt\$/), { ...applicant, email }],
      ['wrong', undefined, { ...applicant, email: nobody }],
    ])
  })

  it('opens no session for an account that is erased in the meantime', async () => {
    const { id, email, token } = await aMember()
    const ctx = contextOf(undefined, (ports) => {
      const verify: Ports['passwords']['verify'] = async (...attempt) => {
        const isRight = await ports.passwords.verify(...attempt)
        expect((await erase(token)).status).toBe(204)
        return isRight
      }
      return { ...ports, passwords: { ...ports.passwords, verify } }
    })
    const late = signIn(ctx, { email, password, device })
    await expect(late).rejects.toMatchObject({ code: 'auth.invalid_credentials' })
    expect(await query('select "address", "userAgent" from "sessions" where "accountId" = ?', id)).toEqual([
      { address: null, userAgent: null },
    ])
  })

  it('reads no more rows for the accounts and sessions of others', async () => {
    const statements = [
      accountByEmailAndAddress({ email: 'a@example.com', address: '203.0.113.1' }),
      accountByRefreshToken({ tokenHash: 'none', now: monday }),
      refreshTokenAfter({ tokenHash: 'none', since: monday }),
      eraseSessionsOf({ accountId: 1, now: monday }),
    ]
    for (const { text, values } of statements) {
      const plan = await query<{ detail: string }>(`explain query plan ${text}`, ...values)
      expect(plan.map(({ detail }) => detail).filter((step) => /^SCAN (?!CONSTANT)/.test(step))).toEqual([])
    }
  })

  it('hashes the password anew when that was done with other parameters', async () => {
    const { id, email } = await aMember()
    const hashOf = async () => (await query('select "passwordHash" from "accounts" where "id" = ?', id))[0]
    const { passwords } = openPorts({ ...env, PASSWORD_ROUNDS: '2' }, { waitUntil: () => undefined })
    const passwordHash = await passwords.hash(password, { ...device, email, knownBy: undefined })
    await env.DB.prepare('update "accounts" set "passwordHash" = ? where "id" = ?')
      .bind(passwordHash, id)
      .run()

    expect((await signInAs(email)).status).toBe(200)
    const rehashed = await hashOf()
    expect(rehashed).not.toEqual({ passwordHash })
    expect((await signInAs(email)).status).toBe(200)
    expect(await hashOf()).toEqual(rehashed)
  })
})

describe('tokens', () => {
  it('are kept under no Idempotency-Key, not even encrypted', async () => {
    const headers = { 'Idempotency-Key': 'tokens, please' }
    const body = newcomer()
    const answers = [
      await signUp(body, { headers }),
      await call('POST', '/api/auth/signin', { body: { email: body.email, password }, headers }),
      await call('POST', '/api/auth/signin', { body: { email: body.email, password }, headers }),
    ]
    answers.push(await refresh(answers[0]?.body.refresh_token, { headers }))
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200])
    expect(new Set(answers.map((answer) => answer.body.refresh_token)).size).toBe(4)
    expect(await query('select "caller" from "idempotencyRecords"')).toEqual([])
  })
})

describe('replacing the secrets', () => {
  const fresh = {
    TOKEN_SECRET: 'a newer secret for tests, long enough',
    PASSWORD_PEPPER: 'a newer pepper for tests, long enough',
  }
  const before = { TOKEN_SECRET_PREVIOUS: env.TOKEN_SECRET, PASSWORD_PEPPER_PREVIOUS: env.PASSWORD_PEPPER }
  const under = (secrets: object) => async (request: Request) =>
    worker.fetch(
      request as Request<unknown, IncomingRequestCfProperties>,
      { ...env, ...secrets },
      createExecutionContext(),
    )
  const statuses = async (member: SignedUp, fetcher: CallOptions['fetcher']) => {
    const credentials = { email: member.email, password }
    const shown = await call('GET', '/api/users/profile', { token: member.token, fetcher })
    return [shown.status, (await post('/api/auth/signin', credentials, { fetcher })).status]
  }

  it('signs nobody out and voids no password while those before are known', async () => {
    const member = await aMember()
    expect(await statuses(member, under(fresh))).toEqual([401, 401])
    expect(await statuses(member, under({ ...fresh, ...before }))).toEqual([200, 200])
  })

  it('ends with each sign-in, which hashes the password under the new pepper', async () => {
    const member = await aMember()
    await statuses(member, under({ ...fresh, ...before }))
    expect(await statuses(member, under(fresh))).toEqual([401, 200])
  })
})

describe('wrong passwords', () => {
  const tooMany = {
    status: 429,
    body: { error: 'Too many wrong passwords, please try again later', code: 'auth.too_many_attempts' },
    challenge: null,
  }

  /** As if every wrong password so far had been one of so many. */
  async function guessOn(count: number): Promise<void> {
    for (const id of await listDurableObjectIds(env.PASSWORD_GUARD)) {
      await runInDurableObject(env.PASSWORD_GUARD.get(id), (_, { storage: { kv } }) => {
        const rows = [...kv.list({ prefix: 'strikes:' })]
        for (const [row] of rows) kv.put(row, { count, at: Date.now() })
      })
    }
  }

  it('of strangers, wherever they come from, are not looked at any more after thirty', async () => {
    const home = { headers: { 'CF-Connecting-IP': '203.0.113.42' } }
    const { body: account } = await signUp(newcomer(), home)
    const { email } = account.user
    for (const name of [email, 'nobody.at.all@example.com']) {
      expect((await signInAs(name, 'guess 1')).status).toBe(401)
      await guessOn(29)
      expect((await signInAs(name, 'guess 30')).status).toBe(401)
      const refused = await signInAs(name)
      expect(told(refused)).toEqual(tooMany)
      expect(refused.headers.get('Retry-After')).toBe('1')
    }

    // They lock nobody out who is signed in, or comes from where they were before.
    const right = { email, password }
    expect((await post('/api/auth/signin', right, home)).status).toBe(200)
    expect((await post('/api/auth/signin', right, { token: account.access_token })).status).toBe(200)
    expect((await erase(account.access_token)).status).toBe(204)
  })
})

describe('refreshing a session', () => {
  it('gives a new pair of tokens, again and again', async () => {
    const { id, refreshToken } = await aMember()
    const first = await refresh(refreshToken)
    expect(first.status).toBe(200)
    expect(first.body).toMatchObject({ user: { id }, token_type: 'Bearer', expires_in: 3600 })
    expect(first.body.refresh_token).not.toBe(refreshToken)
    setClock(monday + 2 * hours)
    const second = await refresh(first.body.refresh_token)
    expect((await profile(second.body.access_token)).status).toBe(200)
    expect((await profile(first.body.access_token)).status).toBe(401)
  })

  it('ends the session when a token is used twice, and no other session', async () => {
    const { email, refreshToken } = await aMember()
    const elsewhere = (await signInAs(email)).body.refresh_token
    const next = (await refresh(refreshToken)).body.refresh_token
    expect(told(await refresh(refreshToken))).toEqual(invalidRefreshToken)
    expect(told(await refresh(next))).toEqual(invalidRefreshToken)
    expect((await refresh(elsewhere)).status).toBe(200)
  })

  /** A use of the token that reads what there is, and goes on only when `meanwhile` has happened. */
  const refreshThatWaits = (refreshToken: string, meanwhile: () => Promise<unknown>) => {
    let isFirst = true
    const ctx = contextOf(undefined, (ports) => {
      const read: Database['read'] = async (batch) => {
        const rows = await ports.db.read(batch)
        if (isFirst) await meanwhile()
        isFirst = false
        return rows
      }
      const db = { read, commit: (statements) => ports.db.commit(statements) } as Database
      return { ...ports, db }
    })
    return refreshSession(ctx, { refreshToken, device })
  }

  it('gives two uses that cross each other, as of two tabs, the same next refresh token', async () => {
    const { id, refreshToken } = await aMember()
    let first: Answer | undefined
    const second = await refreshThatWaits(refreshToken, async () => {
      first = await refresh(refreshToken)
    })
    expect(first?.status).toBe(200)
    expect(second).toMatchObject({ account: { id }, refreshToken: first?.body.refresh_token })
    expect((await profile(second.accessToken)).status).toBe(200)
    expect((await profile(first?.body.access_token)).status).toBe(200)

    const next = await refresh(second.refreshToken)
    expect(next.status).toBe(200)
    expect(told(await refresh(second.refreshToken)), 'one after the other, it is a theft').toEqual(
      invalidRefreshToken,
    )
    expect(told(await refresh(next.body.refresh_token))).toEqual(invalidRefreshToken)
  })

  it('takes a use for a theft that only seems to cross another, read from a copy that lags behind', async () => {
    const { refreshToken } = await aMember()
    let next = ''
    const late = refreshThatWaits(refreshToken, async () => {
      next = (await refresh(refreshToken)).body.refresh_token
      await query('update "refreshTokens" set "createdAt" = "createdAt" - 10001 where "replaces" is not null')
    })
    await expect(late).rejects.toMatchObject({ code: 'auth.invalid_refresh_token' })
    expect(told(await refresh(next))).toEqual(invalidRefreshToken)
  })

  it('notes where and when the session was used last', async () => {
    const { id, refreshToken } = await aMember()
    const session = () => query('select * from "sessions" where "accountId" = ?', id)
    expect(await session()).toMatchObject([
      {
        address: expect.stringMatching(/^198\.18\./),
        userAgent: null,
        createdAt: monday,
        lastUsedAt: monday,
      },
    ])
    setClock(monday + hours)
    const headers = { 'CF-Connecting-IP': '2001:db8:1:2:3::4', 'User-Agent': 'x'.repeat(300) }
    await refresh(refreshToken, { headers })
    const used = { address: '2001:db8:1:2::/64', userAgent: 'x'.repeat(256) }
    expect(await session()).toMatchObject([{ ...used, createdAt: monday, lastUsedAt: monday + hours }])
  })

  it('refuses in the same words whatever is wrong with a token', async () => {
    const signedOut = await aMember()
    await call('DELETE', '/api/auth/session', { token: signedOut.token })
    const erased = await aMember()
    await erase(erased.token)
    // A session that was opened while the account was being erased.
    await env.DB.prepare('update "sessions" set "revokedAt" = null where "accountId" = ?')
      .bind(erased.id)
      .run()
    const tokens = [
      '',
      'rt_short',
      newRefreshToken(),
      `${newRefreshToken()}x`,
      signedOut.refreshToken,
      erased.refreshToken,
    ]
    for (const token of tokens) expect(told(await refresh(token)), token).toEqual(invalidRefreshToken)
  })

  it('is over 30 days after signing in', async () => {
    const { refreshToken } = await aMember()
    setClock(monday + 30 * days - 1)
    const next = await refresh(refreshToken)
    expect(next.status).toBe(200)
    setClock(monday + 30 * days)
    expect(told(await refresh(next.body.refresh_token))).toEqual(invalidRefreshToken)
  })

  it('hashes no password, and looks nothing up for what cannot be a token', async () => {
    const unused = () => {
      throw new Error('not to be used')
    }
    const passwords = { hash: unused, verify: unused, needsRehash: unused }
    const refused = { code: 'auth.invalid_refresh_token' }
    const read = vi.spyOn(Database.prototype, 'read')
    const ctx = contextOf(undefined, (ports) => ({ ...ports, passwords }))
    await expect(refreshSession(ctx, { refreshToken: newRefreshToken(), device })).rejects.toMatchObject(
      refused,
    )
    expect(read).toHaveBeenCalledTimes(1)
    await expect(refreshSession(ctx, { refreshToken: 'rt_', device })).rejects.toMatchObject(refused)
    expect(read).toHaveBeenCalledTimes(1)
    read.mockRestore()
  })

  it('keeps no token that could be used', async () => {
    const { refreshToken } = await aMember()
    const next = (await refresh(refreshToken)).body.refresh_token
    const rows = JSON.stringify(await query('select * from "refreshTokens"'))
    for (const token of [refreshToken, next]) expect(rows).not.toContain(token.slice(3))
  })
})

describe('signing out', () => {
  it('ends this session and no other, and may be repeated', async () => {
    const { email, token, refreshToken } = await aMember()
    const elsewhere = (await signInAs(email)).body.refresh_token
    const signOut = () => call('DELETE', '/api/auth/session', { token })
    expect(await signOut()).toMatchObject({ status: 204, text: '' })
    expect((await signOut()).status).toBe(204)
    expect(told(await refresh(refreshToken))).toEqual(invalidRefreshToken)
    expect((await refresh(elsewhere)).status).toBe(200)
  })

  const invalidToken = {
    status: 401,
    body: { error: 'The access token is not valid', code: 'auth.invalid_token' },
    challenge: 'Bearer',
  }
  const aBusiness = { name: 'Studio', category: 'salon', timezone: 'UTC', currency: 'EUR' }

  it('takes every power from its access token at once, and none from that of another session', async () => {
    const { email, token } = await aMember()
    const elsewhere = (await signInAs(email)).body.access_token
    await call('DELETE', '/api/auth/session', { token })

    const businesses = () => query('select "id" from "businesses"')
    const before = await businesses()
    for (const answer of [
      await profile(token),
      await call('PATCH', '/api/users/profile', { token, body: { firstName: 'Back' } }),
      await post('/api/businesses', aBusiness, { token }),
      await call('GET', '/api/bookings/my-bookings', { token }),
      await erase(token),
    ])
      expect(told(answer)).toEqual(invalidToken)
    expect(await businesses()).toEqual(before)
    expect((await profile(elsewhere)).body).toMatchObject({ email, firstName: 'Ada' })
  })

  it('keeps nobody from signing in again, with the old token still at hand', async () => {
    const { email, token } = await aMember()
    await call('DELETE', '/api/auth/session', { token })
    const again = await post('/api/auth/signin', { email, password }, { token })
    expect((await profile(again.body.access_token)).status).toBe(200)
  })

  it('is what a stolen refresh token leads to as well', async () => {
    const { token, refreshToken } = await aMember()
    const thief = (await refresh(refreshToken)).body.access_token
    await refresh(refreshToken)
    for (const worthless of [token, thief]) expect(told(await profile(worthless))).toEqual(invalidToken)
  })

  it('is never refused because others at the address have signed in too often', async () => {
    const { token } = await aMember()
    const headers = { 'CF-Connecting-IP': '203.0.113.77' }
    for (let i = 0; i < 20; i++) await refresh('none', { headers })
    expect((await refresh('none', { headers })).status).toBe(429)
    expect((await call('DELETE', '/api/auth/session', { token, headers })).status).toBe(204)
  })

  it('is done even when its access tokens cannot be refused at once, which is tried again', async () => {
    const { id, token } = await aMember()
    const refuse = vi.fn<Ports['tokens']['refuse']>()
    refuse.mockRejectedValueOnce(new Error('out of order')).mockResolvedValue()
    const ctx = contextOf({ id, token, email: '' }, (ports) => ({
      ...ports,
      tokens: { ...ports.tokens, refuse },
    }))
    await signOut(ctx)
    await settled()
    const ended = { accountId: id, sessionId: 1 }
    expect(refuse.mock.calls).toEqual([[ended], [ended]])
  })
})

describe('a profile', () => {
  const change = (token: string, body: unknown) => call('PATCH', '/api/users/profile', { token, body })

  it('changes what is given and nothing else', async () => {
    const { token } = await aMember({ phone: '030 123456', locale: 'en' })
    const before = (await profile(token)).body
    setClock(monday + minutes)
    const answer = await change(token, { firstName: ' Augusta ', phone: null, locale: 'zh-hant-tw' })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      ...before,
      firstName: 'Augusta',
      phone: null,
      locale: 'zh-Hant-TW',
      updatedAt: iso(monday + minutes),
    })
    expect((await profile(token)).body).toEqual(answer.body)
  })

  it('cannot be changed to what it may not be', async () => {
    const { token } = await aMember()
    const refusals: [object, string][] = [
      [{}, 'At least one field is required'],
      [{ firstName: '' }, 'First name is required'],
      [{ locale: 'x' }, 'Locale must be a BCP 47 language tag'],
      [{ firstName: 'Ada', email: 'other@example.com' }, 'Email is not a known field'],
      [{ firstName: 'Ada', passwordHash: 'x' }, 'Password hash is not a known field'],
    ]
    for (const [body, message] of refusals) {
      const answer = await change(token, body)
      expect(answer.status).toBe(422)
      expect(answer.body.errors).toMatchObject([{ message }])
    }
  })

  it('is shown to nobody who is not signed in', async () => {
    for (const [method, path] of [
      ['GET', '/api/users/profile'],
      ['PATCH', '/api/users/profile'],
      ['DELETE', '/api/users/account'],
      ['DELETE', '/api/auth/session'],
    ] as const) {
      const body = method === 'GET' ? undefined : {}
      expect(told(await call(method, path, { body }))).toMatchObject({
        status: 401,
        body: { code: 'auth.required' },
      })
      expect(told(await call(method, path, { body, token: 'forged' }))).toMatchObject({
        status: 401,
        body: { code: 'auth.invalid_token' },
      })
    }
  })
})

/** Every row of every table, as text. */
async function everything(): Promise<Record<string, string>> {
  const tables = await query<{ name: string }>(
    `select "name" from "sqlite_master" where "type" = 'table' and "name" not like '\\_cf%' escape '\\'`,
  )
  const rows = await Promise.all(tables.map(({ name }) => query(`select * from "${name}"`)))
  return Object.fromEntries(
    tables.map(({ name }, index) => [name, JSON.stringify(rows[index]).toLowerCase()]),
  )
}

/** What is kept of one account. */
const heldOf = (id: number) =>
  query(
    `select "accounts".*, "revokedAt" from "accounts" join "sessions" on "accountId" = "accounts"."id"
     where "accounts"."id" = ?`,
    id,
  )

describe('deleting an account', () => {
  it('leaves nothing in any table that tells of the person, and every booking', async () => {
    const canary = 'zyxwvut'
    const { id, email, token, refreshToken } = await aMember({
      email: `${canary}@example.com`,
      firstName: `First ${canary}`,
      lastName: `Last ${canary}`,
      phone: '+1 987654321',
    })
    const [salon, studio] = [await aWorld(), await aWorld()]
    const book = async (world: typeof salon, startAt: number, more: object) => {
      const body = {
        businessId: world.businessId,
        serviceId: world.serviceId,
        startTime: iso(startAt),
        ...more,
      }
      const answer = await post('/api/bookings', body, {
        token,
        headers: { 'Idempotency-Key': `${world.businessId}-${startAt}` },
      })
      expect(answer.status).toBe(201)
      return answer.body
    }
    const kept = await book(salon, monday + hours, { notes: `For ${canary}`, customFields: { nick: canary } })
    const moved = await book(salon, monday + 2 * hours, {
      customer: { name: canary, email: `${canary}@example.org` },
    })
    const cancelled = await book(studio, monday + hours, {})
    const change = { notes: `Call ${canary}`, startTime: iso(monday + 3 * hours) }
    await call('PATCH', `/api/bookings/${moved.id}`, { token, body: change })
    await post(`/api/bookings/${cancelled.id}/cancel`, { reason: `${canary} is ill` }, { token })
    const places = Object.entries(await everything()).filter(
      ([, rows]) => rows.includes(canary) || rows.includes('987654321'),
    )
    expect(places.map(([name]) => name).sort()).toEqual([
      'accounts',
      'bookingHistory',
      'bookings',
      'customers',
      'events',
      'searchWords',
    ])

    setClock(monday + minutes)
    expect(await erase(token)).toMatchObject({ status: 204, text: '' })

    for (const [name, rows] of Object.entries(await everything())) {
      expect(rows, name).not.toContain(canary)
      expect(rows, name).not.toContain('987654321')
    }
    expect(await query('select * from "accounts" where "id" = ?', id)).toEqual([
      {
        id,
        email: null,
        passwordHash: null,
        firstName: '',
        lastName: '',
        phone: null,
        emailVerifiedAt: null,
        phoneVerifiedAt: null,
        emailReleasedAt: null,
        locale: null,
        erasedAt: monday + minutes,
        createdAt: monday,
        updatedAt: monday + minutes,
      },
    ])
    expect(await query('select * from "idempotencyRecords" where "caller" = ?', `user:${id}`)).toEqual([])

    const shown = (await call('GET', `/api/bookings/${kept.id}`, { token: salon.owner.token })).body
    expect(shown).toEqual({
      ...kept,
      customer: { id: kept.customer.id, name: null, email: null, phone: null },
      notes: null,
      customFields: {},
      version: 2,
      updatedAt: iso(monday + minutes),
    })
    const heard = await query<{ type: string; data: string }>(
      'select "type", "data" from "events" where "subjectId" = ? order by "sequence"',
      kept.id,
    )
    expect(heard.map(({ type, data }) => ({ type, ...JSON.parse(data) }))).toMatchObject([
      { type: 'booking.created', version: 1, customerName: null, customFields: '{}', status: 'confirmed' },
      { type: 'booking.updated', version: 2, customerName: null, customFields: '{}', status: 'confirmed' },
    ])

    expect(told(await refresh(refreshToken))).toEqual(invalidRefreshToken)
    expect(told(await signInAs(email))).toMatchObject({
      status: 401,
      body: { code: 'auth.invalid_credentials' },
    })
    expect((await signUp(newcomer({ email }))).status).toBe(201)
  })

  it('takes every power from the access tokens that are still good', async () => {
    const world = await aWorld()
    const { id, token } = await aMember()
    const slot = { businessId: world.businessId, serviceId: world.serviceId, startTime: iso(monday + hours) }
    const booking = (await post('/api/bookings', slot, { token })).body
    const join = `insert into "members" ("businessId", "accountId", "role", "createdAt") values (?, ?, 'staff', ?)`
    await env.DB.prepare(join).bind(world.businessId, id, monday).run()
    expect((await call('GET', `/api/bookings/business/${world.businessId}`, { token })).status).toBe(200)
    await erase(token)

    const attempts = [
      profile(token),
      call('PATCH', '/api/users/profile', { token, body: { firstName: 'Back' } }),
      erase(token),
      post('/api/bookings', { ...slot, startTime: iso(monday + 2 * hours) }, { token }),
      call('GET', `/api/bookings/${booking.id}`, { token }),
      call('GET', `/api/bookings/business/${world.businessId}`, { token }),
    ]
    expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401])
  })

  it('asks for the password, and changes nothing without it', async () => {
    const { id, token } = await aMember()
    const before = await heldOf(id)
    const answer = await erase(token, 'wrong')
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({
      code: 'account.wrong_password',
      errors: [{ field: 'password', message: 'Password is not correct' }],
    })
    expect(await heldOf(id)).toEqual(before)
  })

  it('is refused to the owner of an active business until it is active no more', async () => {
    const { id, token } = await aMember()
    const { businessId } = await aWorld()
    await env.DB.prepare('update "businessListings" set "ownerId" = ? where "id" = ?')
      .bind(id, businessId)
      .run()
    const before = await heldOf(id)
    expect(told(await erase(token))).toMatchObject({ status: 409, body: { code: 'account.owns_businesses' } })
    expect(await heldOf(id)).toEqual(before)

    await env.DB.prepare('update "businessListings" set "active" = 0 where "id" = ?').bind(businessId).run()
    expect((await erase(token)).status).toBe(204)
  })
})
