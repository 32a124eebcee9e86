import { insertRefreshToken, insertSession } from '#db/accounts.ts'
import type { Context } from '#domain/context.ts'
import type { Account } from './account.ts'
import { hashOf, newRefreshToken } from './refresh-token.ts'

const sessionLastsMs = 30 * 86_400_000

/** What signing in gives. The tokens are told this once. */
export interface SignedIn {
  account: Account
  accessToken: string
  refreshToken: string
}

/** A new session of 30 days, to be committed. */
export async function openSession(ctx: Context, account: Account) {
  const id = ctx.newId()
  const createdAt = ctx.clock.now()
  const expiresAt = createdAt + sessionLastsMs
  const session = insertSession({ id, accountId: account.id, createdAt, expiresAt, revokedAt: null })
  const { statements, result } = await issueTokens(ctx, account, id, null)
  return { statements: [session, ...statements], result }
}

/** The next pair of tokens of a session, to be committed; `replaces` is the hash of the refresh token that dies by it. */
export async function issueTokens(
  ctx: Context,
  account: Account,
  sessionId: number,
  replaces: string | null,
) {
  const refreshToken = newRefreshToken()
  const [accessToken, tokenHash] = await Promise.all([
    ctx.accessTokens.issue({ accountId: account.id, sessionId }),
    hashOf(refreshToken),
  ])
  const statements = [insertRefreshToken({ tokenHash, sessionId, replaces, createdAt: ctx.clock.now() })]
  const result: SignedIn = { account, accessToken, refreshToken }
  return { statements, result }
}
