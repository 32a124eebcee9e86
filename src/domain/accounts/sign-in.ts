import { ConstraintError } from '#db/database.ts'
import type { Context } from '#domain/context.ts'
import { authenticate, invalidCredentials } from './authentication.ts'
import type { Credentials } from './authentication.ts'
import { openSession } from './open-session.ts'
import type { SignedIn } from './open-session.ts'

/** Opens a session. Throws as `authenticate` does. */
export async function signIn(ctx: Context, credentials: Credentials): Promise<SignedIn> {
  const { account, statements: rehashed } = await authenticate(ctx, credentials)
  const { statements, result } = await openSession(ctx, account, credentials.device)
  try {
    return await ctx.commit({ statements: [...statements, ...rehashed], result })
  } catch (error) {
    // The account was erased while the password was being checked.
    if (error instanceof ConstraintError && error.constraint === 'foreign_key')
      throw invalidCredentials(error)
    throw error
  }
}
