import { DurableObject } from 'cloudflare:workers'
import {
  admit,
  lapsesAt,
  type History,
  type Policy,
  type Verdict,
} from '#domain/rate-limits/sliding-window.ts'

/** Rows are swept this long after the last look at the earliest: an alarm costs as much as a call, an idle row next to nothing. */
const SWEEP_EVERY_MS = 60 * 60_000

/** Sessions, or `all`, whose access tokens are refused, and until when: after that there are none any more. */
type Ended = Record<string, number>

/**
 * The history of one caller. What is stored is what has been decided: eviction or a deploy does not give a limit back.
 * Each request of somebody signed in asks here, so it is here, too, that it hears of sessions that have ended.
 */
export class RateLimiter extends DurableObject {
  private history: History
  private ended: Ended

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env)
    this.history = ctx.storage.kv.get<History>('history') ?? {}
    this.ended = ctx.storage.kv.get<Ended>('ended') ?? {}
  }

  /**
   * Counts one call under all `policies`, or under none of them if any refuses it, or if the session it was made in has
   * ended. Writes one row, none when it does not count.
   */
  ask(policies: Policy[], sessionId?: number): Verdict & { hasEnded: boolean } {
    const now = Date.now()
    const { verdict, history } = admit(this.history, policies, now)
    const hasEnded = sessionId !== undefined && this.#endedUntil(sessionId) > now
    if (verdict.allowed && !hasEnded && policies.length > 0) {
      this.#willSweep(now)
      this.ctx.storage.kv.put('history', history)
      this.history = history
    }
    return { ...verdict, hasEnded }
  }

  /** Has a session refused until then, or all of the account's when `sessionId` is null. */
  end(sessionId: number | null, untilAt: number): void {
    const now = Date.now()
    this.#willSweep(now)
    const others = Object.entries(this.ended).filter(([, until]) => until > now)
    this.ended = { ...Object.fromEntries(others), [sessionId ?? 'all']: untilAt }
    this.ctx.storage.kv.put('ended', this.ended)
  }

  #endedUntil(sessionId: number): number {
    return Math.max(this.ended[sessionId] ?? 0, this.ended['all'] ?? 0)
  }

  /** Stored rows mean a pending alarm: the first one sets it, and it sets itself again until it deletes them. */
  #willSweep(now: number): void {
    if (this.#lapsesAt() === 0) void this.ctx.storage.setAlarm(now + SWEEP_EVERY_MS)
  }

  #lapsesAt(): number {
    return Math.max(lapsesAt(this.history), ...Object.values(this.ended))
  }

  override async alarm(): Promise<void> {
    const now = Date.now()
    const lapseAt = this.#lapsesAt()
    if (lapseAt > now) return this.ctx.storage.setAlarm(Math.max(lapseAt, now + SWEEP_EVERY_MS))

    this.history = {}
    this.ended = {}
    await this.ctx.storage.deleteAll()
  }
}
