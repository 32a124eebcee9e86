import { accountByRefreshToken, refreshTokenAfter, revokeSession, touchSession } from '#db/accounts.ts'
import { ConstraintError } from '#db/database.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { issueTokens } from './open-session.ts'
import type { SignedIn } from './open-session.ts'
import { hashOf, isRefreshToken } from './refresh-token.ts'
import { refuseAccessTokens } from './refuse-access-tokens.ts'
import type { Device } from './session.ts'

/** Two uses of one token count as simultaneous only within this time, however stale the copy that was read. */
const crossingMs = 10_000

/**
 * Gives the session a new pair of tokens; the refresh token given dies by it. Uses that cross each other, as of two
 * tabs, get the same next refresh token. One that comes after the first was answered means that the token was stolen,
 * by one of its two users: the session ends. Throws unauthenticated `auth.invalid_refresh_token`.
 */
export async function refreshSession(
  ctx: Context,
  { refreshToken, device }: { refreshToken: string; device: Device },
): Promise<SignedIn> {
  if (!isRefreshToken(refreshToken)) throw invalidToken()
  const tokenHash = await hashOf(refreshToken)
  const now = ctx.clock.now()
  const [[found]] = await ctx.read([accountByRefreshToken({ tokenHash, now })])
  if (!found) throw invalidToken()

  const { sessionId, isReplaced, ...account } = found
  const touch = touchSession({ id: sessionId, ...device, now })
  const next = await issueTokens(ctx, account, sessionId, refreshToken)
  try {
    // Only the write tells whether the token was used before: a read could mistake a retry of this request for a theft.
    return await ctx.commit({ statements: [...next.statements, touch], result: next.result })
  } catch (error) {
    if (!(error instanceof ConstraintError && error.constraint.startsWith('refreshTokens.'))) throw error
    // The token was unused when it was read, so the other use of it had not been answered yet: the two crossed.
    if (!isReplaced) {
      const [[successor]] = await ctx.read([refreshTokenAfter({ tokenHash, since: now - crossingMs })])
      const isSame = successor?.tokenHash === (await hashOf(next.result.refreshToken))
      if (isSame) return ctx.commit({ statements: [touch], result: next.result })
    }
    await ctx.commitAside({ statements: [revokeSession({ id: sessionId, now })] })
    await refuseAccessTokens(ctx, { accountId: account.id, sessionId })
    throw invalidToken(error)
  }
}

function invalidToken(cause?: unknown): DomainError {
  return new DomainError('auth.invalid_refresh_token', { cause })
}
