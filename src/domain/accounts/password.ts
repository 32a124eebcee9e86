// How passwords are stored. The slow hashing is done elsewhere, so that it delays no other request.
import { Buffer } from 'node:buffer'
import { createHmac, randomBytes } from 'node:crypto'
import { secretId } from '#domain/secrets.ts'
import type { Secret } from '#domain/secrets.ts'
import type { Applicant, Derivation, Hashing, Parameters } from './hashing.ts'

const COST = 16_384
const BLOCK_SIZE = 8
const SALT_BYTES = 16
const HASH_BYTES = 32
const ENCODED = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$(?:(\d+)\$([\w-]{4})\$)?([\w-]{22})\$([\w-]{43})$/

export interface PasswordOptions {
  /** A secret that is kept away from the hashes: without it, stolen hashes cannot even be guessed at. */
  pepper: Secret
  /** How many rounds of scrypt a hash takes, about 50 ms of CPU each. */
  rounds: number
  hashing: Hashing
}

/** `hash` and `verify` take one hash's time; they throw DomainError `unavailable` when too many are waiting for theirs. */
export interface Passwords {
  hash(password: string, applicant: Applicant): Promise<string>
  /**
   * Pass `undefined` for an account that does not exist: false, after the time a wrong password takes. Throws
   * DomainError rate_limited `auth.too_many_attempts` after too many wrong ones, for such an account too.
   */
  verify(password: string, encoded: string | undefined, applicant: Applicant): Promise<boolean>
  /** Whether the hash was made with another pepper or other parameters than today's. */
  needsRehash(encoded: string): boolean
}

interface PasswordHash extends Parameters {
  /** Says which pepper; hashes of the oldest form do not. */
  pepperId: string | undefined
  salt: Buffer
  hash: Buffer
}

/** scrypt over the peppered password, stored as `scrypt$N$r$p$rounds$pepper$salt$hash` so that all of it can be changed. */
export function createPasswords({ pepper, rounds, hashing }: PasswordOptions): Passwords {
  const today: Parameters = { cost: COST, blockSize: BLOCK_SIZE, parallelization: 1, rounds }
  const { current, previous = current } = pepper

  const derivation = (password: string, salt: Buffer, parameters: Parameters, secret: string): Derivation => {
    const peppered = createHmac('sha256', secret).update(password.normalize('NFKC')).digest()
    return { peppered, salt, length: HASH_BYTES, ...parameters }
  }

  return {
    async hash(password, applicant) {
      const salt = randomBytes(SALT_BYTES)
      const job = derivation(password, salt, today, current)
      const hash = Buffer.from(await hashing.derive(job, applicant))
      return encode({ ...today, pepperId: secretId(current), salt, hash })
    },

    async verify(password, encoded, applicant) {
      const known = encoded === undefined ? undefined : parse(encoded)
      const { salt, hash, pepperId, ...parameters } = known ?? {
        ...today,
        pepperId: secretId(current),
        salt: randomBytes(SALT_BYTES),
        hash: randomBytes(HASH_BYTES),
      }
      const secret = pepperId === secretId(current) ? current : previous
      const job = derivation(password, salt, parameters, secret)
      return (await hashing.matches(job, hash, applicant)) && known !== undefined
    },

    needsRehash(encoded) {
      const known = parse(encoded)
      return (
        known?.cost !== today.cost ||
        known.blockSize !== today.blockSize ||
        known.parallelization !== today.parallelization ||
        known.rounds !== today.rounds ||
        known.pepperId !== secretId(current)
      )
    },
  }
}

function encode(made: PasswordHash): string {
  const { cost, blockSize, parallelization, rounds, pepperId, salt, hash } = made
  const texts = [pepperId, salt.toString('base64url'), hash.toString('base64url')]
  return ['scrypt', cost, blockSize, parallelization, rounds, ...texts].join('$')
}

function parse(encoded: string): PasswordHash | undefined {
  const [, cost, blockSize, parallelization, rounds = '1', pepperId, salt = '', hash = ''] =
    ENCODED.exec(encoded) ?? []
  if (!cost) return undefined
  return {
    cost: Number(cost),
    blockSize: Number(blockSize),
    parallelization: Number(parallelization),
    rounds: Number(rounds),
    pepperId,
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  }
}
