import { createHmac, scryptSync, timingSafeEqual } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { derive } from '#domain/accounts/hashing.ts'
import type { Hashing } from '#domain/accounts/hashing.ts'
import { createPasswords } from '#domain/accounts/password.ts'
import { secretId } from '#domain/secrets.ts'

const PASSWORD = 'correct horse battery staple'
const ada = { email: 'ada@example.com', address: '198.51.100.1', knownBy: undefined }

/** Hashing on the spot. */
const atOnce = async () => undefined
const hashing: Hashing = {
  derive: (job) => derive(job, atOnce),
  matches: async (job, hash) => timingSafeEqual(await derive(job, atOnce), hash),
}
const passwordsUnder = (
  current: string,
  { previous, rounds = 1 }: { previous?: string; rounds?: number } = {},
) => createPasswords({ pepper: { current, previous }, rounds, hashing })

const passwords = passwordsUnder('pepper')

/** The hash as an earlier form has it: without rounds and pepper, and with all the work in scrypt's p. */
function inTheOldForm(password: string, parallelization: number): string {
  const peppered = createHmac('sha256', 'pepper').update(password).digest()
  const salt = Buffer.alloc(16, 7)
  const hash = scryptSync(peppered, salt, 32, { N: 16_384, r: 8, p: parallelization })
  return ['scrypt', 16_384, 8, parallelization, salt.toString('base64url'), hash.toString('base64url')].join(
    '$',
  )
}

describe('a password', () => {
  it('is kept as its parameters, the name of its pepper, a salt and a hash that another scrypt agrees with', async () => {
    const encoded = await passwordsUnder('pepper', { rounds: 3 }).hash(PASSWORD, ada)
    expect(encoded).toMatch(/^scrypt\$16384\$8\$1\$3\$[\w-]{4}\$[\w-]{22}\$[\w-]{43}$/)

    const [, , , , , pepper, salt = '', kept] = encoded.split('$')
    let hash = createHmac('sha256', 'pepper').update(PASSWORD).digest()
    for (let round = 0; round < 3; round++)
      hash = scryptSync(hash, Buffer.from(salt, 'base64url'), 32, { N: 16_384, r: 8, p: 1 })
    expect(kept).toBe(hash.toString('base64url'))
    expect(pepper).toBe(secretId('pepper'))
  })

  it('has a salt of its own each time', async () => {
    expect(await passwords.hash(PASSWORD, ada)).not.toBe(await passwords.hash(PASSWORD, ada))
  })

  it('is recognised, and no other is', async () => {
    const encoded = await passwords.hash(PASSWORD, ada)
    expect(await passwords.verify(PASSWORD, encoded, ada)).toBe(true)
    expect(await passwords.verify(`${PASSWORD} `, encoded, ada)).toBe(false)
    expect(await passwords.verify('', encoded, ada)).toBe(false)
  })

  it('is the same however its letters were composed', async () => {
    const encoded = await passwords.hash('Zo\u00eb passes', ada)
    expect(await passwords.verify('Zoe\u0308 passes', encoded, ada)).toBe(true)
  })

  it('cannot be checked without the pepper', async () => {
    const stolen = await passwords.hash(PASSWORD, ada)
    expect(await passwordsUnder('salt').verify(PASSWORD, stolen, ada)).toBe(false)
  })

  it('still opens the door after the rounds were raised, and asks to be hashed anew', async () => {
    const raised = passwordsUnder('pepper', { rounds: 2 })
    const old = await passwords.hash(PASSWORD, ada)
    expect(await raised.verify(PASSWORD, old, ada)).toBe(true)
    expect(raised.needsRehash(old)).toBe(true)
    expect(raised.needsRehash(await raised.hash(PASSWORD, ada))).toBe(false)
    expect(raised.needsRehash('not a hash')).toBe(true)
  })

  it('still opens the door after the pepper was replaced, as long as the one before is known', async () => {
    const old = await passwords.hash(PASSWORD, ada)
    const rotated = passwordsUnder('new pepper', { previous: 'pepper' })
    expect(await rotated.verify(PASSWORD, old, ada)).toBe(true)
    expect(await rotated.verify('another one', old, ada)).toBe(false)
    expect(rotated.needsRehash(old)).toBe(true)

    const anew = await rotated.hash(PASSWORD, ada)
    expect(rotated.needsRehash(anew)).toBe(false)
    expect(await passwordsUnder('new pepper').verify(PASSWORD, anew, ada)).toBe(true)
    expect(await passwordsUnder('new pepper').verify(PASSWORD, old, ada)).toBe(false)
  })

  it('that was kept in the old form still opens the door, and asks to be hashed anew', async () => {
    const old = inTheOldForm(PASSWORD, 2)
    const rotated = passwordsUnder('new pepper', { previous: 'pepper' })
    for (const today of [passwords, rotated]) {
      expect(await today.verify(PASSWORD, old, ada)).toBe(true)
      expect(await today.verify('another one', old, ada)).toBe(false)
      expect(today.needsRehash(old)).toBe(true)
    }
  })

  it.each([
    ['an account that does not exist', undefined],
    ['a hash that is none', 'scrypt$16384$8$1$short$short'],
  ])('is refused for %s, and a hash is computed all the same', async (_, encoded) => {
    const matches = vi.spyOn(hashing, 'matches')
    try {
      expect(await passwords.verify(PASSWORD, encoded, ada)).toBe(false)
      expect(matches).toHaveBeenCalledTimes(1)
      expect(matches.mock.calls[0]?.[0]).toMatchObject({
        cost: 16_384,
        blockSize: 8,
        parallelization: 1,
        rounds: 1,
      })
    } finally {
      matches.mockRestore()
    }
  })
})
