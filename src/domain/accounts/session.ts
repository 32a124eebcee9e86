import type { Caller } from '#domain/actor.ts'
import { DomainError } from '#domain/errors.ts'

/** From where and with what somebody signs in; what a list of sessions shows them later. */
export interface Device {
  /** The address that the request is counted by. */
  address: string
  userAgent: string | null
}

/** A session, or all of an account's when `sessionId` is null. */
export interface EndedSession {
  accountId: number
  sessionId: number | null
}

/** What a session is worth outside: its tokens. */
export interface Tokens {
  /** Signs an access token; the signature's form is the door's business. */
  issue(claims: { accountId: number; sessionId: number }): Promise<string>
  /** Signs a token that stands for an API key, which it names by its hash. */
  issueForKey(keyHash: string): Promise<string>
  /** The refresh token that comes after this one: always the same, and only whoever holds this one can ask. */
  successorOf(refreshToken: string): Promise<string>
  /** Has the access tokens of an ended session refused from now on. */
  refuse(ended: EndedSession): Promise<void>
}

/** What an account knows somebody by who is signed in to it. */
export function knownBySession(caller: Caller, accountId: number): string | undefined {
  const isSignedIn = caller.type === 'user' && caller.accountId === accountId && caller.sessionId !== null
  return isSignedIn ? `session:${caller.sessionId}` : undefined
}

/** The one answer to an access token that does not count, whatever the reason. */
export function invalidToken(): DomainError {
  return new DomainError('auth.invalid_token')
}
