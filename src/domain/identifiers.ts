import { ConstraintError } from '#db/database.ts'

const epochAt = Date.UTC(2026, 0, 1)
/** The database that holds the row; there is one so far. */
const shard = 0
const shardSpan = 2 ** 5
const perMs = 2 ** 8
/** Enough until November 2060. */
const msSpan = 2 ** 40
/** A clock that is further behind the ids made so far than this was wrong before, and is not followed. */
const mostAheadMs = 400 * 86_400_000

/** No id made since an instant is smaller. */
export function firstIdAt(at: number): number {
  return Math.max(0, at - epochAt) * shardSpan * perMs
}

/**
 * Makes 53-bit ids for one isolate: 40 bits of milliseconds since 2026, 5 bits of shard, and 8 bits that count up from
 * a random start in each millisecond. Ids made later are larger, and no two are the same: when a millisecond has given
 * all it has, the next one goes on. Between isolates the primary key decides, see `withNewIds`.
 */
export function createIds(random: () => number = randomByte): (now: number) => number {
  let last = -1
  return (now) => {
    const ms = Math.max(0, now - epochAt)
    const lastMs = Math.floor(last / perMs)
    const goesOn = lastMs >= ms && lastMs <= ms + mostAheadMs
    const next = goesOn ? last + 1 : ms * perMs + random()
    const nextMs = Math.floor(next / perMs)
    if (nextMs >= msSpan) throw new Error('the clock is past what an id can tell')
    last = next
    return (nextMs * shardSpan + shard) * perMs + (next % perMs)
  }
}

export const newId = createIds()

/**
 * Does work that makes ids once more when another isolate had made one of them in the same instant: the batch was
 * rolled back, so nothing has happened yet.
 */
export async function withNewIds<T>(work: (isAgain: boolean) => Promise<T>): Promise<T> {
  try {
    return await work(false)
  } catch (error) {
    if (!(error instanceof ConstraintError) || !error.constraint.endsWith('.id')) throw error
    return work(true)
  }
}

function randomByte(): number {
  const [byte = 0] = crypto.getRandomValues(new Uint8Array(1))
  return byte
}
