// How a receiver knows that a message is ours.
import type { Secrets } from './message.ts'

const encoder = new TextEncoder()
const prefix = 'whsec_'

/** A new secret: 32 random bytes. */
export function newSecret(): string {
  return prefix + Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
}

/** HMAC-SHA256 of the body in lower-case hex, keyed by the secret just as it is shown. */
export async function hexSignature(secret: string, body: string): Promise<string> {
  return (await hmac(Buffer.from(secret), body)).toString('hex')
}

/** The signature of Standard Webhooks 1.0, keyed by the bytes that the secret encodes; `timestamp` is in seconds. */
export async function standardSignature(
  secret: string,
  message: { id: string; timestamp: number; body: string },
): Promise<string> {
  const key = Buffer.from(secret.slice(prefix.length), 'base64')
  return `v1,${(await hmac(key, `${message.id}.${message.timestamp}.${message.body}`)).toString('base64')}`
}

/** The three headers of Standard Webhooks 1.0; during a rotation both secrets sign. */
export async function standardHeaders(
  { current, next }: Secrets,
  message: { id: string; timestamp: number; body: string },
): Promise<Record<string, string>> {
  const signing = next === undefined ? [current] : [current, next]
  const signatures = await Promise.all(signing.map((secret) => standardSignature(secret, message)))
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestamp),
    'webhook-signature': signatures.join(' '),
  }
}

async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Buffer> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign'])
  return Buffer.from(await crypto.subtle.sign('HMAC', imported, encoder.encode(text)))
}
