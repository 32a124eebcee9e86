import { Buffer } from 'node:buffer'
import { createHmac, randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
import { DomainError } from '#domain/errors.ts'

const COST = 16_384
const BLOCK_SIZE = 8
const SALT_BYTES = 16
const HASH_BYTES = 32
const ENCODED = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]{22})\$([\w-]{43})$/

export interface PasswordOptions {
  /** A secret that is kept away from the hashes: without it, stolen hashes cannot even be guessed at. */
  pepper: string
  /** scrypt's p, about 50 ms of CPU each. */
  parallelization: number
  /** How many hashes may wait for their turn before the next is turned away. */
  maxWaiting?: number
}

/** All of them take one hash's time; `hash` and `verify` throw DomainError `unavailable` when too many are waiting. */
export interface Passwords {
  hash(password: string): Promise<string>
  /** Pass `undefined` for an account that does not exist: false, after the time a wrong password takes. */
  verify(password: string, encoded: string | undefined): Promise<boolean>
  /** Whether the hash was made with other parameters than today's. */
  needsRehash(encoded: string): boolean
}

const scryptHash = promisify<Buffer, Buffer, number, ScryptOptions, Buffer>(scrypt)

interface Parameters {
  cost: number
  blockSize: number
  parallelization: number
}

interface PasswordHash extends Parameters {
  salt: Buffer
  hash: Buffer
}

/** scrypt over the peppered password, stored as `scrypt$N$r$p$salt$hash` so that the parameters can be raised. */
export function createPasswords({ pepper, parallelization, maxWaiting = 8 }: PasswordOptions): Passwords {
  const today: Parameters = { cost: COST, blockSize: BLOCK_SIZE, parallelization }

  const derive = (password: string, salt: Buffer, { cost, blockSize, parallelization: p }: Parameters) =>
    inTurn(maxWaiting, () => {
      const peppered = createHmac('sha256', pepper).update(password.normalize('NFKC')).digest()
      const maxmem = 256 * cost * blockSize
      return scryptHash(peppered, salt, HASH_BYTES, { N: cost, r: blockSize, p, maxmem })
    })

  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES)
      return encode({ ...today, salt, hash: await derive(password, salt, today) })
    },

    async verify(password, encoded) {
      const known = encoded === undefined ? undefined : parse(encoded)
      const { salt, hash, ...parameters } = known ?? {
        ...today,
        salt: randomBytes(SALT_BYTES),
        hash: randomBytes(HASH_BYTES),
      }
      const matches = timingSafeEqual(await derive(password, salt, parameters), hash)
      return matches && known !== undefined
    },

    needsRehash(encoded) {
      const known = parse(encoded)
      return (
        known?.cost !== today.cost ||
        known.blockSize !== today.blockSize ||
        known.parallelization !== today.parallelization
      )
    },
  }
}

function encode({ cost, blockSize, parallelization, salt, hash }: PasswordHash): string {
  const fields = [cost, blockSize, parallelization, salt.toString('base64url'), hash.toString('base64url')]
  return ['scrypt', ...fields].join('$')
}

function parse(encoded: string): PasswordHash | undefined {
  const [, cost, blockSize, parallelization, salt = '', hash = ''] = ENCODED.exec(encoded) ?? []
  if (!cost) return undefined
  return {
    cost: Number(cost),
    blockSize: Number(blockSize),
    parallelization: Number(parallelization),
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  }
}

interface Ticket {
  seenAt: number
}

/** Who wants to hash in this isolate, first come first served. Data only: a promise of a call that was cancelled never settles. */
let queue: Ticket[] = []
const LOOK_AGAIN_MS = 5
const GONE_AFTER_MS = 5_000

/** Runs one piece of work at a time, with the event loop free for other calls in between. */
async function inTurn<T>(maxWaiting: number, work: () => Promise<T>): Promise<T> {
  dropTheGone()
  if (queue.length > maxWaiting) {
    throw new DomainError('unavailable', 'auth.busy', 'Too many sign-ins at once', { retryAfterSeconds: 2 })
  }
  const ticket = { seenAt: Date.now() }
  queue.push(ticket)
  try {
    while (queue.includes(ticket) && queue[0] !== ticket) await pause(ticket)
    // A hash holds the thread from here on: whatever has arrived in the meantime goes first, and gets to see the queue.
    await pause(ticket)
    return await work()
  } finally {
    queue = queue.filter((other) => other !== ticket)
  }
}

async function pause(ticket: Ticket): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  ticket.seenAt = Date.now()
  dropTheGone()
}

/** A caller who hangs up takes its call with it, without a word; its place must not block the others. */
function dropTheGone(): void {
  const now = Date.now()
  queue = queue.filter(({ seenAt }) => now - seenAt <= GONE_AFTER_MS)
}
