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
  /** Throws when the text was not closed by the same seal, with a secret that is still known. */
  open(sealed: string): Promise<string>
}

/**
 * A seal (AES-GCM) for one use of the secrets, and for one owner of what is sealed. The first secret closes; what it
 * closed names it, so that the others still open what they closed.
 */
export async function createSeal(
  secrets: readonly [CryptoKey, ...CryptoKey[]],
  label: string,
  owner: string,
): Promise<Seal> {
  const keyOf = async (secret: CryptoKey) => {
    const bytes = await keyedHash(secret, label, owner)
    return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
  }
  const [present] = secrets
  return {
    async close(text) {
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const [name, key] = await Promise.all([nameOf(present), keyOf(present)])
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, encoder.encode(text))
      return name + Buffer.concat([iv, new Uint8Array(sealed)]).toString('base64')
    },
    async open(sealed) {
      const names = await Promise.all(secrets.map(nameOf))
      const index = names.findIndex((name) => sealed.startsWith(name))
      const secret = secrets[index]
      if (!secret) throw new Error('sealed with a secret that is not known')
      const all = Buffer.from(sealed.slice(names[index]?.length), 'base64')
      const algorithm = { name: 'AES-GCM', iv: all.subarray(0, 12) }
      return decoder.decode(await crypto.subtle.decrypt(algorithm, await keyOf(secret), all.subarray(12)))
    },
  }
}

/** What everything that a secret has closed starts with. */
export async function nameOf(secret: CryptoKey): Promise<string> {
  return `${(await keyedHash(secret, 'seal-name', '')).toString('hex').slice(0, 8)}.`
}
