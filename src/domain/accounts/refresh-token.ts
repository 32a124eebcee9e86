import { Buffer } from 'node:buffer'

const FORM = /^rt_[\w-]{43}$/

/** A new refresh token: `rt_` and 256 random bits. The caller gets it once; only its hash is kept. */
export function newRefreshToken(): string {
  return refreshTokenOf(crypto.getRandomValues(new Uint8Array(32)))
}

/** The refresh token that 256 bits make. */
export function refreshTokenOf(bits: Uint8Array): string {
  return `rt_${Buffer.from(bits).toString('base64url')}`
}

/** Whether the text could be one of ours: what could not is refused without a look into storage. */
export function isRefreshToken(text: string): boolean {
  return FORM.test(text)
}

/** The SHA-256 of a token in hex, under which its session is stored: 256 random bits need no salt and no slow hash. */
export async function hashOf(token: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))).toString('hex')
}
