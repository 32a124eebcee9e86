import { timingSafeEqual } from 'node:crypto'
import { DurableObject } from 'cloudflare:workers'
import { derive, inTurn, type Asker, type Derivation } from '#domain/accounts/hashing.ts'
import { forgivenAt, strike, waitAt, type Strikes } from '#domain/accounts/wrong-passwords.ts'
import { DomainError } from '#domain/errors.ts'

/** Whom a wrong password counts against. */
export interface Suspect extends Asker {
  ledger: string
}

/** The result as data: an exception would lose its fields between objects. */
export type Guarded<T> =
  | { done: true; value: T }
  | { done: false; refused: 'busy' }
  | { done: false; refused: 'too_many_attempts'; retryAfterMs: number }

const SWEEP_EVERY_MS = 60 * 60_000

/** Hashes passwords for its share of all e-mails, away from what else there is to do, and keeps count of wrong ones. */
export class PasswordGuard extends DurableObject {
  derive(job: Derivation, asker: Asker): Promise<Guarded<Uint8Array>> {
    return guard(asker, async (breathe) => ({ done: true, value: await derive(job, breathe) }))
  }

  async matches(job: Derivation, expected: Uint8Array, suspect: Suspect): Promise<Guarded<boolean>> {
    const { kv } = this.ctx.storage
    const row = `strikes:${suspect.ledger}`
    const tooMany = () => {
      const retryAfterMs = waitAt(kv.get<Strikes>(row), Date.now())
      return retryAfterMs > 0
        ? ({ done: false, refused: 'too_many_attempts', retryAfterMs } as const)
        : undefined
    }
    const atTheDoor = tooMany()
    if (atTheDoor) return atTheDoor

    return guard(suspect, async (breathe) => {
      // Wrong passwords may have been counted while this one waited.
      const inTheMeantime = tooMany()
      if (inTheMeantime) return inTheMeantime
      const matches = timingSafeEqual(await derive(job, breathe), expected)
      if (!matches) await this.#strike(row)
      return { done: true, value: matches }
    })
  }

  async #strike(row: string): Promise<void> {
    const { storage } = this.ctx
    const now = Date.now()
    storage.kv.put(row, strike(storage.kv.get<Strikes>(row), now))
    if ((await storage.getAlarm()) === null) await storage.setAlarm(now + SWEEP_EVERY_MS)
  }

  override async alarm(): Promise<void> {
    const { storage } = this.ctx
    const now = Date.now()
    const rows = [...storage.kv.list<Strikes>({ prefix: 'strikes:' })]
    const lapsed = rows.filter(([, strikes]) => forgivenAt(strikes) <= now)
    if (lapsed.length === rows.length) return storage.deleteAll()
    for (const [row] of lapsed) storage.kv.delete(row)
    await storage.setAlarm(now + SWEEP_EVERY_MS)
  }
}

async function guard<T>(
  asker: Asker,
  work: (breathe: () => Promise<void>) => Promise<Guarded<T>>,
): Promise<Guarded<T>> {
  try {
    return await inTurn(asker, work)
  } catch (error) {
    if (error instanceof DomainError && error.code === 'auth.busy') return { done: false, refused: 'busy' }
    throw error
  }
}
