// What every door is handed: the platform, already turned into tools. It is what Hono calls the bindings.
import type { Actor } from '#domain/actor.ts'
import type { Clock, Credential, Ports } from '#domain/context.ts'
import type { LogMessage } from '#domain/request-log/log-message.ts'
import type { Secrets } from '#domain/request-log/record.ts'
import type { AccessTokens } from './access-token.ts'
import type { KnownKey, KnownKeys } from './known-keys.ts'
import type { RateLimiterNamespace } from './throttle.ts'

export interface Tools {
  clock: Clock
  /** Where the service is reached: what links begin with, whatever a request's own Host says. */
  origin: string
  accessTokens: AccessTokens
  limiter: RateLimiterNamespace
  knownKeys: KnownKeys
  /** A secret for what is stored keyed or sealed. */
  sealingKey(): Promise<CryptoKey>
  /** Queues a request for the log. */
  log(message: LogMessage): Promise<void>
  /** Opens a session with storage; `bookmark` is where the caller's last one had got to. */
  open(session: { writes: boolean; bookmark: string | undefined }): Ports
}

/** Whom a request is counted for. */
export type Caller = Actor | ({ type: 'key' } & KnownKey)

/** What the hallway has found out by the time a handler runs. */
export interface Findings {
  requestId: string
  /** Who came: with a key it is nobody until storage has confirmed the key. */
  actor: Actor
  /** The hash of an API key that came along and could be one of ours. */
  keyHash?: string | undefined
  /** Whose key it was when storage confirmed it last. */
  knownKey?: KnownKey | undefined
  /** Whether storage has been asked about the key. */
  isKeyChecked?: boolean | undefined
  /** What is wrong with the way the caller names itself. */
  misnamed?: Error | undefined
  /** The key with what the route asks of it. */
  credential?: Credential | undefined
  /** Where the credentials are, once all of the request was found to fit the route's schemas. */
  secrets?: Secrets | undefined
  /** The text of the answer, kept for the log: it may be too large to be read back. */
  answer?: string | undefined
  /** Whether the answer is not to be kept under an Idempotency-Key. */
  isForOnce?: boolean | undefined
  /** How long caches may keep the answer that everybody gets. */
  sharedSeconds?: number | undefined
  /** Tells the limiter for whom to count, once storage has confirmed a key that was not known before. */
  identified(caller: Caller): void
  /** Resolves when the rate limit admits the request. */
  admission: Promise<void>
}

export interface Hallway {
  Bindings: Tools
  Variables: Findings
}
