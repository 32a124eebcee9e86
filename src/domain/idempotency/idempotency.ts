// Idempotency-Key: the first answer is written in the batch of its effect, and given again byte for byte.
import type { Database, Statement } from '#db/database.ts'
import { findIdempotencyRecord, insertIdempotencyRecord } from '#db/idempotency.ts'
import { DomainError } from '#domain/errors.ts'
import { createSeal, keyedHash } from '#domain/sealing.ts'

/** A kept answer, thrown past the verb to the door. */
export class Replay extends Error {
  override readonly name = 'Replay'
  constructor(
    readonly status: number,
    readonly body: string,
    readonly headers: Record<string, string>,
  ) {
    super('answered before')
  }
}

/** What is given again: the body's text, and the headers that belong to it. */
export interface KeptAnswer {
  body: string
  headers: Record<string, string>
}

/** One request under an Idempotency-Key. */
export interface Attempt {
  readonly caller: string
  readonly keyHash: string
  readonly fingerprint: string
  readonly status: number
  /** The answer for a verb's result. */
  render: (result: unknown) => KeptAnswer
  seal(text: string): Promise<string>
  /** Throws the kept answer, if there is one; refuses a key that came with another request. */
  answered(): Promise<void>
}

export interface AttemptInput {
  db: Pick<Database, 'read'>
  /** A key that never leaves the Worker's secrets. */
  secret: CryptoKey
  caller: string
  key: string
  /** Everything that makes the request this one: method, path, query, body. */
  request: string
  status: number
  render: (result: unknown) => KeptAnswer
}

export async function createAttempt(input: AttemptInput): Promise<Attempt> {
  const { db, secret, caller, key, status, render } = input
  // All three are keyed, so that a stolen table tells neither the key nor a password that was in a body.
  const [keyHash, fingerprint, seal] = await Promise.all([
    keyedHash(secret, 'idempotency-key', `${caller}\n${key}`).then((bytes) => bytes.toString('base64')),
    keyedHash(secret, 'idempotency-request', input.request).then((bytes) => bytes.toString('base64')),
    createSeal([secret], 'idempotency-body', `${caller}\n${key}`),
  ])

  return {
    caller,
    keyHash,
    fingerprint,
    status,
    render,
    seal: (text) => seal.close(text),
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
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sealed by `remembering` alone
      const { body, headers } = JSON.parse(await seal.open(record.body)) as KeptAnswer
      throw new Replay(record.status, body, headers)
    },
  }
}

/** The statement that keeps this answer: it fails the batch when the key is taken. */
export async function remembering(attempt: Attempt, result: unknown, now: number): Promise<Statement> {
  const { caller, keyHash, fingerprint, status } = attempt
  const body = await attempt.seal(JSON.stringify(attempt.render(result)))
  return insertIdempotencyRecord({ caller, keyHash, fingerprint, status, body, createdAt: now })
}
