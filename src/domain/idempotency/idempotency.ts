// Idempotency-Key: the first answer is written in the batch of its effect, and given again byte for byte.
import type { Database, Statement } from '#db/database.ts'
import { findIdempotencyRecord, insertIdempotencyRecord } from '#db/idempotency.ts'
import { DomainError } from '#domain/errors.ts'

/** A kept answer, thrown past the verb to the door. */
export class Replay extends Error {
  override readonly name = 'Replay'
  constructor(
    readonly status: number,
    readonly body: string,
  ) {
    super('answered before')
  }
}

/** One request under an Idempotency-Key. */
export interface Attempt {
  readonly caller: string
  readonly keyHash: string
  readonly fingerprint: string
  readonly status: number
  /** The answer's body for a verb's result. */
  render: (result: unknown) => string
  seal(body: string): Promise<string>
  /** Throws the kept answer, if there is one; refuses a key that came with another request. */
  answered(): Promise<void>
}

export interface AttemptInput {
  db: Database
  /** A key that never leaves the Worker's secrets. */
  secret: CryptoKey
  caller: string
  key: string
  /** Everything that makes the request this one: method, path, query, body. */
  request: string
  status: number
  render: (result: unknown) => string
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export async function createAttempt(input: AttemptInput): Promise<Attempt> {
  const { db, secret, caller, key, status, render } = input
  const mac = async (label: string, text: string) =>
    Buffer.from(await crypto.subtle.sign('HMAC', secret, encoder.encode(`${label}\n${text}`)))
  // All three are keyed, so that a stolen table tells neither the key nor a password that was in a body.
  const [keyHash, fingerprint, sealing] = await Promise.all([
    mac('idempotency-key', key).then((bytes) => bytes.toString('base64')),
    mac('idempotency-request', input.request).then((bytes) => bytes.toString('base64')),
    mac('idempotency-body', `${caller}\n${key}`).then((bytes) =>
      crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']),
    ),
  ])

  const open = async (sealed: string): Promise<string> => {
    const bytes = Buffer.from(sealed, 'base64')
    const algorithm = { name: 'AES-GCM', iv: bytes.subarray(0, 12) }
    return decoder.decode(await crypto.subtle.decrypt(algorithm, sealing, bytes.subarray(12)))
  }

  return {
    caller,
    keyHash,
    fingerprint,
    status,
    render,
    async seal(body) {
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, sealing, encoder.encode(body))
      return Buffer.concat([iv, new Uint8Array(sealed)]).toString('base64')
    },
    async answered() {
      const [[record]] = await db.read(findIdempotencyRecord({ caller, keyHash }))
      if (!record) return
      if (record.fingerprint !== fingerprint) {
        throw new DomainError(
          'invalid',
          'idempotency.mismatch',
          'This Idempotency-Key was already used for another request',
        )
      }
      throw new Replay(record.status, await open(record.body))
    },
  }
}

/** The statement that keeps this answer: it fails the batch when the key is taken. */
export async function remembering(attempt: Attempt, result: unknown, now: number): Promise<Statement> {
  const { caller, keyHash, fingerprint, status } = attempt
  const body = await attempt.seal(attempt.render(result))
  return insertIdempotencyRecord({ caller, keyHash, fingerprint, status, body, createdAt: now })
}
