import { describe, expect, it } from 'vitest'
import { checksumOf, hashOfKey, isApiKey, keyPrefix, newApiKey } from '#domain/api-keys/api-key-format.ts'

describe('the checksum of a key', () => {
  it.each([
    ['123456789', '3jZRME'],
    [`${keyPrefix}${'0'.repeat(32)}`, '4e4jF2'],
    ['', '000000'],
  ])('of %j is %s', (text, checksum) => {
    expect(checksumOf(text)).toBe(checksum)
  })
})

describe('a key', () => {
  it('is told by its form and its checksum', () => {
    const key = newApiKey()
    expect(key).toMatch(/^na_live_[0-9A-Za-z]{38}$/)
    expect(isApiKey(key)).toBe(true)
  })

  it('with any character changed, lost or added is none', () => {
    const key = newApiKey()
    for (let index = 0; index < key.length; index++) {
      const other = key[index] === 'x' ? 'y' : 'x'
      expect(isApiKey(key.slice(0, index) + other + key.slice(index + 1))).toBe(false)
      expect(isApiKey(key.slice(0, index) + key.slice(index + 1))).toBe(false)
      expect(isApiKey(key.slice(0, index) + other + key.slice(index))).toBe(false)
    }
    for (const text of ['', ' ', `${key}\n`, ` ${key}`, key.toUpperCase(), keyPrefix, 'na_live_ключ']) {
      expect(isApiKey(text)).toBe(false)
    }
  })

  it('is as likely to begin with any of the 62 characters, and never comes twice', () => {
    const keys = Array.from({ length: 3100 }, newApiKey)
    expect(new Set(keys).size).toBe(keys.length)
    const counts = new Map<string, number>()
    for (const character of keys.flatMap((key) => key.slice(keyPrefix.length, -6).split(''))) {
      counts.set(character, (counts.get(character) ?? 0) + 1)
    }
    // 1,600 of each are expected, give or take 40; a byte taken modulo 62 would give the first eight 1,937.
    expect(counts.size).toBe(62)
    for (const count of counts.values()) expect(Math.abs(count - 1600)).toBeLessThan(250)
  })

  it('is kept as its SHA-256', () => {
    expect(hashOfKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})
