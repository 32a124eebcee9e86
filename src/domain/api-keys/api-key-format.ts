// What a key looks like: `na_live_`, 32 base62 characters of chance, and 6 of checksum, by which a mistyped or invented
// key is told from a real one without a look into storage.
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { base62, base62Digits } from '#domain/secrets.ts'

export const keyPrefix = 'na_live_'

const randomLength = 32
const checksumLength = 6
const form = new RegExp(`^${keyPrefix}[0-9A-Za-z]{${randomLength + checksumLength}}$`)

/** A new key with 190 random bits. Its holder gets it once; only its hash is kept. */
export function newApiKey(): string {
  const text = keyPrefix + base62(randomLength)
  return text + checksumOf(text)
}

/** Whether the text could be one of our keys: its form, and its checksum. */
export function isApiKey(text: string): boolean {
  return form.test(text) && checksumOf(text.slice(0, -checksumLength)) === text.slice(-checksumLength)
}

/** The CRC32 of the text in base62, the most significant digit first. */
export function checksumOf(text: string): string {
  let rest = crc32(text)
  let checksum = ''
  for (let place = 0; place < checksumLength; place++) {
    checksum = `${base62Digits[rest % base62Digits.length]}${checksum}`
    rest = Math.floor(rest / base62Digits.length)
  }
  return checksum
}

/** The SHA-256 of a key in hex, under which it is stored: 190 random bits need no salt and no slow hash. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}
