import { accountByRefreshToken, revokeSession } from '#db/accounts.ts'
import { ConstraintError } from '#db/database.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { issueTokens } from './open-session.ts'
import type { SignedIn } from './open-session.ts'
import { hashOf, isRefreshToken } from './refresh-token.ts'

/**
 * Gives the session a new pair of tokens; the refresh token given dies by it. A token that is used twice has been
 * stolen, by one of its two users: the session ends. Throws unauthenticated `auth.invalid_refresh_token`.
 */
export async function refreshSession(ctx: Context, input: { refreshToken: string }): Promise<SignedIn> {
  if (!isRefreshToken(input.refreshToken)) throw invalidToken()
  const tokenHash = await hashOf(input.refreshToken)
  const [[found]] = await ctx.db.read(accountByRefreshToken({ tokenHash, now: ctx.clock.now() }))
  await ctx.admitted()
  if (!found) throw invalidToken()

  const { sessionId, ...account } = found
  try {
    // Only the write tells whether the token was used before: a read could take a retry of this request for a theft.
    return await ctx.commit(await issueTokens(ctx, account, sessionId, tokenHash))
  } catch (error) {
    if (!(error instanceof ConstraintError && error.constraint === 'refreshTokens.replaces')) throw error
    await ctx.commitAside({ statements: [revokeSession({ id: sessionId, now: ctx.clock.now() })] })
    throw invalidToken(error)
  }
}

function invalidToken(cause?: unknown): DomainError {
  return new DomainError('unauthenticated', 'auth.invalid_refresh_token', 'The refresh token is not valid', {
    cause,
  })
}
