// Idempotency-Key: the first answer is written in the batch of its effect, and given again byte for byte.
import { NotWritten } from '#db/database.ts'
import type { Database, Statement } from '#db/database.ts'
import {
  findIdempotencyRecord,
  findIdempotencyRecordOfKey,
  insertIdempotencyRecord,
} from '#db/idempotency.ts'
import type { Caller } from '#domain/actor.ts'
import { DomainError } from '#domain/errors.ts'
import { createSeal, keyedHash } from '#domain/sealing.ts'
import { parseOwn } from '#domain/json.ts'

/** A kept answer, thrown past the verb to the door. */
export class EarlierAnswer extends NotWritten {
  override readonly name = 'EarlierAnswer'
  readonly status: number
  readonly body: string
  readonly headers: Record<string, string>

  constructor(status: number, { body, headers }: KeptAnswer) {
    super('answered before')
    this.status = status
    this.body = body
    this.headers = headers
  }
}

/** What is given again: the body's text, and the headers that belong to it. */
export interface KeptAnswer {
  body: string
  headers: Record<string, string>
}

/** One request under an Idempotency-Key. */
export interface KeyedRequest {
  readonly keyHash: string
  /** Throws the kept answer, if there is one; refuses a key that came with another request. */
  answered(): Promise<void>
  /** The statement that keeps the answer for a verb's result: it fails the batch when the key is taken. */
  remembering(
    result: unknown,
    kept: { caller: Caller; customerId: number | null; now: number },
  ): Promise<Statement>
}

export interface KeyedRequestInput {
  /** Opens a session that sees what was written last; each look has its own. */
  open: () => Pick<Database, 'read'>
  /** A key that never leaves the Worker's secrets. */
  secret: CryptoKey
  /** Who calls, and from which address. */
  caller: Caller
  address: string
  /** The hash of the API key of a caller that is nobody yet: only storage knows its id. */
  apiKey: { keyHash: string; now: number } | undefined
  key: string
  /** Everything that makes the request this one: method, path, query, body. */
  request: string
  status: number
  render: (result: unknown) => KeptAnswer
}

/** Whose Idempotency-Keys they are: a person's, an API key's whatever its secret is at present, or those of an address. */
export function idempotencyCallerOf(caller: Caller, address: string): string {
  if (caller.type === 'user') return `user:${caller.accountId}`
  return caller.type === 'key' ? `key:${caller.keyId}` : `ip:${address}`
}

export async function createKeyedRequest(input: KeyedRequestInput): Promise<KeyedRequest> {
  const { open, secret, address, apiKey, key, status, render } = input
  // Both are keyed, so that a stolen table tells neither the key nor a password that was in a body.
  const [keyHash, fingerprint] = await Promise.all([
    keyedHash(secret, 'idempotency-key', key).then((bytes) => bytes.toString('base64')),
    keyedHash(secret, 'idempotency-request', input.request).then((bytes) => bytes.toString('base64')),
  ])
  const sealOf = (caller: string) => createSeal([secret], 'idempotency-body', `${caller}\n${key}`)

  return {
    keyHash,
    async answered() {
      const [[record]] = await open().read([
        apiKey
          ? findIdempotencyRecordOfKey({ apiKeyHash: apiKey.keyHash, now: apiKey.now, keyHash })
          : findIdempotencyRecord({ caller: idempotencyCallerOf(input.caller, address), keyHash }),
      ])
      if (!record) return
      if (record.fingerprint !== fingerprint) {
        throw new DomainError('idempotency.mismatch', { cause: new NotWritten('the key is taken') })
      }
      const seal = await sealOf(record.caller)
      const { body, headers } = parseOwn<KeptAnswer>(await seal.open(record.body))
      throw new EarlierAnswer(record.status, { body, headers })
    },
    async remembering(result, { caller: by, customerId, now }) {
      const caller = idempotencyCallerOf(by, address)
      const seal = await sealOf(caller)
      const body = await seal.close(JSON.stringify(render(result)))
      return insertIdempotencyRecord({
        caller,
        keyHash,
        fingerprint,
        status,
        body,
        customerId,
        createdAt: now,
      })
    },
  }
}
