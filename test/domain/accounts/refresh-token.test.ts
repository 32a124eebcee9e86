import { describe, expect, it } from 'vitest'
import { hashOf, isRefreshToken, newRefreshToken } from '#domain/accounts/refresh-token.ts'

describe('a refresh token', () => {
  it('is 256 random bits behind a prefix, a new one each time', () => {
    const tokens = Array.from({ length: 100 }, newRefreshToken)
    for (const token of tokens) {
      expect(token).toMatch(/^rt_[A-Za-z0-9_-]{43}$/)
      expect(isRefreshToken(token)).toBe(true)
    }
    expect(new Set(tokens).size).toBe(100)
  })

  it('is known to be none of ours without a look into storage', () => {
    const token = newRefreshToken()
    const strangers = [
      '',
      'rt_',
      token.slice(3),
      token.slice(0, -1),
      `${token}A`,
      `${token}\n`,
      `${token.slice(0, -1)}=`,
    ]
    for (const stranger of strangers) expect(isRefreshToken(stranger), JSON.stringify(stranger)).toBe(false)
  })

  it('is stored as its SHA-256', async () => {
    expect(await hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})
