import { deleteTokensBeyond, insertAccessToken } from '#db/tokens.ts'
import { ConstraintError } from '#db/database.ts'
import { authenticate, invalidCredentials } from '#domain/accounts/authentication.ts'
import type { Credentials } from '#domain/accounts/authentication.ts'
import type { Context } from '#domain/context.ts'
import { hashOfSecret, newTokenSecret } from './token.ts'
import type { IssuedToken } from './token.ts'

/** Beyond these the one longest unused is deleted: programs that sign in at each run must not be locked out. */
const mostPerAccount = 50
const longestName = 100

/**
 * Makes an access token for the account with this e-mail and password. It lasts until it is revoked, and is named after
 * the user agent that asked. Throws as `authenticate` does.
 */
export async function issueToken(ctx: Context, credentials: Credentials): Promise<IssuedToken> {
  const { account, statements } = await authenticate(ctx, credentials)
  const { id: accountId, firstName, lastName, email } = account
  const [id, secret] = [ctx.newId(), newTokenSecret()]
  const name = credentials.device.userAgent?.slice(0, longestName) ?? null
  const token = { id, accountId, secretHash: hashOfSecret(secret), name, createdAt: ctx.clock.now() }
  try {
    return await ctx.commit({
      statements: [
        ...statements,
        insertAccessToken(token),
        deleteTokensBeyond({ accountId, most: mostPerAccount }),
      ],
      result: { account: { id: accountId, firstName, lastName, email }, token: `${id}|${secret}` },
    })
  } catch (error) {
    // The account was erased while the password was being checked.
    const isGone = error instanceof ConstraintError && error.constraint === 'foreign_key'
    throw isGone ? invalidCredentials(error) : error
  }
}
