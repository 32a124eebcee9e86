// Checks access tokens against storage, at each request: a revoked one is refused at once.
import { Buffer } from 'node:buffer'
import { timingSafeEqual } from 'node:crypto'
import { accessTokenById, touchToken } from '#db/tokens.ts'
import { invalidToken } from '#domain/accounts/session.ts'
import type { Credential } from '#domain/open-context.ts'
import type { PresentedToken } from './token.ts'

type Found = NonNullable<ReturnType<typeof accessTokenById>['row']>

/** A use is noted when the last note is this old. */
const noteEveryMs = 60_000

/** The credential of a request with a token. Throws unauthenticated, with the same message for every reason. */
export function tokenCredential({ id, secretHash }: PresentedToken): Credential {
  return {
    keyHash: null,
    statement: accessTokenById({ id }),
    admit(rows, now) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the rows of the statement above
      const found = rows as readonly Found[]
      const [token] = found
      const isGood = token && token.revokedAt === null && isSame(token.secretHash, secretHash)
      if (!isGood || token.accountId === null) throw invalidToken()

      const bearer = { type: 'user', accountId: token.accountId, sessionId: null } as const
      const memberships = found.flatMap(({ businessId, role, resourceId }) =>
        businessId !== null && role !== null ? [{ businessId, role, resourceId }] : [],
      )
      const before = now - noteEveryMs
      const isFresh = token.lastUsedAt !== null && token.lastUsedAt > before
      return {
        bearer,
        actor: { ...bearer, memberships },
        trace: isFresh ? undefined : touchToken({ id, now, before }),
      }
    },
  }
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one, 'hex'), Buffer.from(other, 'hex'))
}
