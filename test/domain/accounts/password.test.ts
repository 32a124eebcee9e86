import { createHmac, scryptSync } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createPasswords } from '#domain/accounts/password.ts'

const PASSWORD = 'correct horse battery staple'
const passwords = createPasswords({ pepper: 'pepper', parallelization: 1 })

afterEach(() => {
  vi.useRealTimers()
})

describe('a password', () => {
  it('is kept as its parameters, a salt and a hash that another scrypt agrees with', async () => {
    const encoded = await passwords.hash(PASSWORD)
    expect(encoded).toMatch(/^scrypt\$16384\$8\$1\$[\w-]{22}\$[\w-]{43}$/)

    const [, , , , salt = '', hash] = encoded.split('$')
    const peppered = createHmac('sha256', 'pepper').update(PASSWORD).digest()
    const expected = scryptSync(peppered, Buffer.from(salt, 'base64url'), 32, { N: 16_384, r: 8, p: 1 })
    expect(hash).toBe(expected.toString('base64url'))
  })

  it('has a salt of its own each time', async () => {
    expect(await passwords.hash(PASSWORD)).not.toBe(await passwords.hash(PASSWORD))
  })

  it('is recognised, and no other is', async () => {
    const encoded = await passwords.hash(PASSWORD)
    expect(await passwords.verify(PASSWORD, encoded)).toBe(true)
    expect(await passwords.verify(`${PASSWORD} `, encoded)).toBe(false)
    expect(await passwords.verify('', encoded)).toBe(false)
  })

  it('is the same however its letters were composed', async () => {
    const encoded = await passwords.hash('Zo\u00eb passes')
    expect(await passwords.verify('Zoe\u0308 passes', encoded)).toBe(true)
  })

  it('cannot be checked without the pepper', async () => {
    const stolen = await passwords.hash(PASSWORD)
    const elsewhere = createPasswords({ pepper: 'salt', parallelization: 1 })
    expect(await elsewhere.verify(PASSWORD, stolen)).toBe(false)
  })

  it('still opens the door after the parameters were raised, and asks to be hashed anew', async () => {
    const raised = createPasswords({ pepper: 'pepper', parallelization: 2 })
    const old = await passwords.hash(PASSWORD)
    expect(await raised.verify(PASSWORD, old)).toBe(true)
    expect(raised.needsRehash(old)).toBe(true)
    expect(raised.needsRehash(await raised.hash(PASSWORD))).toBe(false)
    expect(raised.needsRehash('not a hash')).toBe(true)
  })

  it.each([
    ['an account that does not exist', undefined],
    ['a hash that is none', 'scrypt$16384$8$1$short$short'],
  ])('is refused for %s, and a hash is computed all the same', async (_, encoded) => {
    const normalize = vi.spyOn(String.prototype, 'normalize')
    try {
      expect(await passwords.verify(PASSWORD, encoded)).toBe(false)
      expect(normalize).toHaveBeenCalledTimes(1)
    } finally {
      normalize.mockRestore()
    }
  })
})

describe('the queue before the hash', () => {
  const outcomes = async (attempts: Promise<string>[]) =>
    (await Promise.allSettled(attempts)).map((attempt) =>
      attempt.status === 'fulfilled' ? 'hashed' : attempt.reason,
    )

  it('turns away at once what it cannot serve soon, and serves the others in order', async () => {
    const small = createPasswords({ pepper: 'pepper', parallelization: 1, maxWaiting: 2 })
    const order: number[] = []
    const attempts = [0, 1, 2, 3, 4].map((i) => small.hash(PASSWORD).finally(() => order.push(i)))
    const busy = expect.objectContaining({ kind: 'unavailable', code: 'auth.busy', retryAfterSeconds: 2 })
    expect(await outcomes(attempts)).toEqual(['hashed', 'hashed', 'hashed', busy, busy])
    expect(order).toEqual([3, 4, 0, 1, 2])
    expect(await small.verify(PASSWORD, await small.hash(PASSWORD))).toBe(true)
  })

  it('lets eight wait unless told otherwise', async () => {
    const attempts = Array.from({ length: 11 }, () => passwords.hash(PASSWORD))
    expect((await outcomes(attempts)).filter((outcome) => outcome === 'hashed')).toHaveLength(9)
  })

  it('lets other work run between two hashes', async () => {
    const seen: string[] = []
    const hashes = ['first', 'second'].map((name) => passwords.hash(PASSWORD).then(() => seen.push(name)))
    const ticks = setInterval(() => seen.push('other'), 1)
    await Promise.all(hashes)
    clearInterval(ticks)
    expect(seen.slice(seen.indexOf('first'), seen.indexOf('second'))).toContain('other')
  })

  it('forgets those who hung up, instead of waiting for them for ever', async () => {
    vi.useFakeTimers({ now: Date.now() - 60_000 })
    for (let i = 0; i < 9; i++) void passwords.hash(PASSWORD)
    await expect(passwords.hash(PASSWORD)).rejects.toMatchObject({ code: 'auth.busy' })
    vi.useRealTimers()
    expect(await passwords.verify(PASSWORD, await passwords.hash(PASSWORD))).toBe(true)
  })
})
