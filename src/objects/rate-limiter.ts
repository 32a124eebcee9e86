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

/** The history of one caller. What is stored is what has been decided: eviction or a deploy does not give a limit back. */
export class RateLimiter extends DurableObject {
  private history: History

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env)
    this.history = ctx.storage.kv.get<History>('history') ?? {}
  }

  /** Counts one call under all `policies`, or under none of them if any refuses it. Writes one row, none when it refuses. */
  ask(policies: Policy[]): Verdict {
    const now = Date.now()
    const { verdict, history } = admit(this.history, policies, now)
    if (!verdict.allowed) return verdict

    const { storage } = this.ctx
    // Stored history means a pending alarm: the first row sets it, and it sets itself again until it deletes the rows.
    if (lapsesAt(this.history) === 0) void storage.setAlarm(now + SWEEP_EVERY_MS)
    storage.kv.put('history', history)
    this.history = history
    return verdict
  }

  override async alarm(): Promise<void> {
    const now = Date.now()
    const lapseAt = lapsesAt(this.history)
    if (lapseAt > now) return this.ctx.storage.setAlarm(Math.max(lapseAt, now + SWEEP_EVERY_MS))

    this.history = {}
    await this.ctx.storage.deleteAll()
  }
}
