// What every door is handed, and what the hallway has found out by the time a route runs: Hono's bindings and variables.
import type { Caller } from '#domain/actor.ts'
import type { DomainError } from '#domain/errors.ts'
import type { Clock, Ports } from '#domain/context.ts'
import type { Credential } from '#domain/open-context.ts'
import type { LogMessage } from '#domain/request-log/log-message.ts'
import type { Secrets } from '#domain/request-log/record.ts'
import type { PresentedToken } from '#domain/tokens/token.ts'
import type { AccessTokens, KeyTokens } from './access-token.ts'
import type { KnownCaller, KnownCallers } from './known-callers.ts'
import type { RateLimiterNamespace } from './limiter.ts'
import type { Pages } from './pages.ts'

/** The platform, already turned into what a door needs of it. */
export interface Bindings {
  clock: Clock
  /** Where the service is reached: what links begin with, whatever a request's own Host says. */
  origin: string
  accessTokens: AccessTokens
  keyTokens: KeyTokens
  limiter: RateLimiterNamespace
  pages: Pages
  knownCallers: KnownCallers
  /** The secret under which stored values are hashed or sealed. */
  sealingKey(): Promise<CryptoKey>
  /** Queues a request for the log. */
  log(message: LogMessage): Promise<void>
  /** Opens a session with storage; `bookmark` is where the caller's last one had got to. */
  open(session: { writes: boolean; bookmark: string | undefined }): Ports
}

/** What a caller brings, as a dialect reads it. */
export interface Presented {
  /** The caller as far as the request alone tells: an access token names a user, a key nobody yet. */
  caller: Caller
  /** Whether there was a token at all, good or not. */
  hasToken: boolean
  /** The hash of an API key that came along and could be one of ours. */
  keyHash?: string | undefined
  /** An account's access token that came along and could be one of ours. */
  token?: PresentedToken | undefined
  /** What is wrong with the credential. The request is counted before it is refused for that. */
  fault?: DomainError | undefined
}

/** A failure before a dialect words it: the code with its kind and sentence, and the fields at fault. */
export type Refusal = Pick<DomainError, 'kind' | 'code' | 'message' | 'errors' | 'retryAfterSeconds'>

/** Whom a request is counted for. */
export type Payer = Caller | KnownCaller

export interface Variables {
  requestId: string
  /** What the caller brought, as the dialect has read it. */
  presented: Presented
  /** The caller; with a key or an access token, nobody until storage has confirmed it. */
  caller: Caller
  /** Whose key or access token it was when storage confirmed it last. */
  known?: KnownCaller | undefined
  /** Whether storage has been asked about the key or the access token. */
  isChecked?: boolean | undefined
  /** The key, with the scope that the route asks for, or the access token. */
  credential?: Credential | undefined
  /** Where the request holds credentials: known once it fits the route's schemas. */
  secrets?: Secrets | undefined
  /** Whether the body turned out to be larger than any may be. */
  isTooLarge?: boolean | undefined
  /** What went wrong, if anything did. */
  refusal?: Refusal | undefined
  /** The text of the answer, kept for the log: it may be too large to be read back. */
  answer?: string | undefined
  /** How long shared caches may keep this answer, which is the same for everybody. */
  sharedSeconds?: number | undefined
  /** Tells the limiter for whom to count, once storage has confirmed a credential that was not known before. */
  identified(payer: Payer): void
  /** Resolves when the request is within its limits. */
  limited: Promise<void>
}

export interface Hallway {
  Bindings: Bindings
  Variables: Variables
}
