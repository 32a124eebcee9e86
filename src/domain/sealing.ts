// What must be read again is stored encrypted, what must only be recognised is stored keyed; each use has a key of its own.

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A keyed hash of a text, for one use of the secret: `label` says which. */
export async function keyedHash(
  secret: CryptoKey,
  label: string,
  text: string,
): Promise<Buffer<ArrayBuffer>> {
  return Buffer.from(await crypto.subtle.sign('HMAC', secret, encoder.encode(`${label}\n${text}`)))
}

export interface Seal {
  close(text: string): Promise<string>
  /** Throws when the text was not closed by the same seal. */
  open(sealed: string): Promise<string>
}

/** A seal (AES-GCM) for one use of the secret, and for one owner of what is sealed. */
export async function createSeal(secret: CryptoKey, label: string, owner: string): Promise<Seal> {
  const bytes = await keyedHash(secret, label, owner)
  const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
  return {
    async close(text) {
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, encoder.encode(text))
      return Buffer.concat([iv, new Uint8Array(sealed)]).toString('base64')
    },
    async open(sealed) {
      const all = Buffer.from(sealed, 'base64')
      const algorithm = { name: 'AES-GCM', iv: all.subarray(0, 12) }
      return decoder.decode(await crypto.subtle.decrypt(algorithm, key, all.subarray(12)))
    },
  }
}
