import { insertRefreshToken, insertSession } from '#db/accounts.ts'
import type { Context } from '#domain/context.ts'
import type { Account } from './account.ts'
import { hashOf, newRefreshToken } from './refresh-token.ts'
import type { Device } from './session.ts'

const sessionLastsMs = 30 * 86_400_000

/** What signing in gives. The tokens are told this once. */
export interface SignedIn {
  account: Account
  accessToken: string
  refreshToken: string
}

/** A new session of 30 days, to be committed. */
export async function openSession(ctx: Context, account: Account, device: Device) {
  const id = ctx.newId()
  const createdAt = ctx.clock.now()
  const expiresAt = createdAt + sessionLastsMs
  const times = { createdAt, lastUsedAt: createdAt, expiresAt }
  const session = insertSession({ id, accountId: account.id, ...device, ...times })
  const { statements, result } = await issueTokens(ctx, account, id, null)
  return { statements: [session, ...statements], result }
}

/** The next pair of tokens of a session, to be committed; `predecessor` is the refresh token that dies by it. */
export async function issueTokens(
  ctx: Context,
  account: Account,
  sessionId: number,
  predecessor: string | null,
) {
  const refreshToken = predecessor === null ? newRefreshToken() : await ctx.tokens.successorOf(predecessor)
  const [accessToken, tokenHash, replaces] = await Promise.all([
    ctx.tokens.issue({ accountId: account.id, sessionId }),
    hashOf(refreshToken),
    predecessor === null ? null : hashOf(predecessor),
  ])
  const statements = [insertRefreshToken({ tokenHash, sessionId, replaces, createdAt: ctx.clock.now() })]
  const result: SignedIn = { account, accessToken, refreshToken }
  return { statements, result }
}
