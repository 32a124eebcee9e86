// The slow part of a password. A round of it holds the thread that it runs on, and an isolate has one: so hashes take
// turns, and between two rounds whatever else has arrived goes first.
import { Buffer } from 'node:buffer'
import { scrypt, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
import { DomainError } from '#domain/errors.ts'

/** Who gives a password, and for which account. */
export interface Applicant {
  email: string
  /** The address that the password came from. */
  address: string
  /** What the account knows the applicant by: a session of its own, or an address it was used from. Strangers have nothing. */
  knownBy: string | undefined
}

/** scrypt's N, r and p, and how often it is applied, each time to what came out before. */
export interface Parameters {
  cost: number
  blockSize: number
  parallelization: number
  rounds: number
}

/** What is to be hashed; plain data, so that it can be done in another place, which sees neither password nor pepper. */
export interface Derivation extends Parameters {
  peppered: Uint8Array
  salt: Uint8Array
  length: number
}

/** Where hashing is done. Both throw DomainError unavailable `auth.busy` when too many wait for it. */
export interface Hashing {
  derive(job: Derivation, applicant: Applicant): Promise<Uint8Array>
  /**
   * Whether the job comes to this hash; one that does not counts against those like the applicant. Throws
   * DomainError rate_limited `auth.too_many_attempts` instead when there were too many.
   */
  matches(job: Derivation, hash: Uint8Array, applicant: Applicant): Promise<boolean>
}

const scryptHash = promisify<Buffer, Buffer, number, ScryptOptions, Buffer>(scrypt)

/** The hash; `breathe` is waited for before each round. */
export async function derive(job: Derivation, breathe: () => Promise<void>): Promise<Buffer> {
  const { cost, blockSize, parallelization, rounds, length } = job
  const options = { N: cost, r: blockSize, p: parallelization, maxmem: 256 * cost * blockSize }
  const salt = Buffer.from(job.salt)
  let hash = Buffer.from(job.peppered)
  for (let round = 0; round < rounds; round++) {
    await breathe()
    hash = Buffer.from(await scryptHash(hash, salt, length, options))
  }
  return hash
}

/** Who waits in line. */
export interface Asker {
  address: string
  isKnown: boolean
}

interface Ticket extends Asker {
  /** How many like it, of the same address, stood in line when it came. */
  ahead: number
  isServed: boolean
  seenAt: number
}

/**
 * The waiting hashes of this isolate, in order of arrival. Data only: the promise of a cancelled call never settles.
 */
let line: Ticket[] = []

/** More than one address may ask for in a quarter of an hour, so that one alone cannot fill the line. */
const LINE_LIMIT = 25
/** Long enough for another request's read of storage to be handled. */
const BREATH_MS = 10
const GONE_AFTER_MS = 5_000

/** Runs one piece of work at a time. Throws DomainError unavailable `auth.busy` when the line is full of others who go first. */
export async function inTurn<T>(
  { address, isKnown }: Asker,
  work: (breathe: () => Promise<void>) => Promise<T>,
): Promise<T> {
  dropTheGone()
  const alike = line.filter((other) => other.address === address && other.isKnown === isKnown)
  const ticket = { address, isKnown, ahead: alike.length, isServed: false, seenAt: Date.now() }
  line.push(ticket)
  if (line.length > LINE_LIMIT) leave(inOrder().at(-1))

  const breathe = async (): Promise<void> => {
    if (!line.includes(ticket)) throw busy()
    await new Promise((resolve) => setTimeout(resolve, BREATH_MS))
    ticket.seenAt = Date.now()
    dropTheGone()
  }
  try {
    do await breathe()
    while (line.some(({ isServed }) => isServed) || inOrder()[0] !== ticket)
    ticket.isServed = true
    return await work(breathe)
  } finally {
    leave(ticket)
  }
}

/**
 * The one being hashed, then applicants whom their account knows, then strangers; among these, one per address in turn.
 */
function inOrder(): Ticket[] {
  return line.toSorted(
    (a, b) =>
      Number(b.isServed) - Number(a.isServed) || Number(b.isKnown) - Number(a.isKnown) || a.ahead - b.ahead,
  )
}

function leave(ticket: Ticket | undefined): void {
  line = line.filter((other) => other !== ticket)
}

/** A cancelled call cannot give up its place itself, so places are given up here. */
function dropTheGone(): void {
  const now = Date.now()
  line = line.filter(({ seenAt }) => now - seenAt <= GONE_AFTER_MS)
}

export function busy(cause?: unknown): DomainError {
  const message = 'Too many sign-ins at once'
  return new DomainError('auth.busy', { message, retryAfterSeconds: 2, cause })
}

export function tooManyAttempts(retryAfterMs: number): DomainError {
  const message = 'Too many wrong passwords, please try again later'
  const retryAfterSeconds = Math.ceil(retryAfterMs / 1000)
  return new DomainError('auth.too_many_attempts', { message, retryAfterSeconds })
}
