import { DurableObject } from 'cloudflare:workers'
import { admit, counterOf, lapsesAt } from '#domain/rate-limits/sliding-window.ts'
import type { History, Policy, Trail, Verdict } from '#domain/rate-limits/sliding-window.ts'

/** Rows are swept this long after the last look at the earliest: an alarm costs as much as a call, an idle row next to nothing. */
const SWEEP_EVERY_MS = 60 * 60_000

const TRAILS = 'trail:'

/** Sessions, or `all`, whose access tokens are refused, and until when: after that there are none any more. */
type Ended = Record<string, number>

/**
 * The trails of one caller, or of all who share a limit beside their own, a row each. What is stored is what has been
 * decided: eviction or a deploy does not give a limit back. Each request of somebody signed in asks here, so it is here,
 * too, that it hears of sessions that have ended.
 */
export class RateLimiter extends DurableObject {
  /**
   * Whether there are rows, and so an alarm: the first row sets it, and it sets itself again until the last row is
   * gone.
   */
  private hasRows: boolean
  private ended: Ended

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env)
    this.hasRows = [...ctx.storage.kv.list({ limit: 1 })].length > 0
    this.ended = ctx.storage.kv.get<Ended>('ended') ?? {}
  }

  /**
   * Counts one call under all `policies`, or under none of them if any refuses it, or if the session it was made in has
   * ended. Writes a row for each, none when it does not count.
   */
  ask(policies: Policy[], sessionId?: number): Verdict & { hasEnded: boolean } {
    const now = Date.now()
    const { kv } = this.ctx.storage
    const before: History = {}
    for (const counter of policies.map(counterOf)) {
      const trail = kv.get<Trail>(TRAILS + counter)
      if (trail) before[counter] = trail
    }
    const { verdict, history } = admit(before, policies, now)
    const hasEnded = sessionId !== undefined && this.#endedUntil(sessionId) > now
    if (verdict.allowed && !hasEnded) {
      for (const counter of policies.map(counterOf)) this.#put(TRAILS + counter, history[counter], now)
    }
    return { ...verdict, hasEnded }
  }

  /** Has a session refused until then, or all of the account's when `sessionId` is null. */
  end(sessionId: number | null, untilAt: number): void {
    const now = Date.now()
    const others = Object.entries(this.ended).filter(([, until]) => until > now)
    this.ended = { ...Object.fromEntries(others), [sessionId ?? 'all']: untilAt }
    this.#put('ended', this.ended, now)
  }

  #endedUntil(sessionId: number): number {
    return Math.max(this.ended[sessionId] ?? 0, this.ended['all'] ?? 0)
  }

  #put(name: string, row: unknown, now: number): void {
    const { storage } = this.ctx
    if (!this.hasRows) void storage.setAlarm(now + SWEEP_EVERY_MS)
    this.hasRows = true
    storage.kv.put(name, row)
  }

  override async alarm(): Promise<void> {
    const now = Date.now()
    const { storage } = this.ctx
    const trails = Object.entries(Object.fromEntries(storage.kv.list<Trail>({ prefix: TRAILS })))
    const lapses = trails.map(([name, trail]) => [name, lapsesAt({ [name]: trail })] as const)
    for (const [name, lapseAt] of lapses) if (lapseAt <= now) storage.kv.delete(name)

    const ends = [...lapses.map(([, lapseAt]) => lapseAt), ...Object.values(this.ended)]
    const standing = ends.filter((end) => end > now)
    if (standing.length > 0) return storage.setAlarm(Math.max(Math.min(...standing), now + SWEEP_EVERY_MS))

    this.hasRows = false
    this.ended = {}
    await storage.deleteAll()
  }
}
