// What every door is handed: the platform, already turned into tools. It is what Hono calls the bindings.
import type { Actor } from '#domain/actor.ts'
import type { Clock, Ports } from '#domain/context.ts'
import type { AccessTokens } from './access-token.ts'
import type { RateLimiterNamespace } from './throttle.ts'

export interface Tools {
  clock: Clock
  accessTokens: AccessTokens
  limiter: RateLimiterNamespace
  /** A secret for what is stored keyed or sealed. */
  sealingKey(): Promise<CryptoKey>
  /** Opens a session with storage; `bookmark` is where the caller's last one had got to. */
  open(session: { writes: boolean; bookmark: string | undefined }): Ports
}

/** What the hallway has found out by the time a handler runs. */
export interface Findings {
  requestId: string
  actor: Actor
  /** Whom the request is counted for, and whose Idempotency-Keys it uses. */
  caller: string
  /** Resolves when the rate limit admits the request. */
  admission: Promise<void>
}

export interface Hallway {
  Bindings: Tools
  Variables: Findings
}
