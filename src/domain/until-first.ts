// A change made from what was read is refused when somebody else was faster, and then made anew.
import { ConstraintError } from '#db/database.ts'
import { DomainError } from './errors.ts'
import type { ErrorCode } from './error-codes.ts'

const mostTries = 60

/**
 * Does work again, from what is there now, as long as one of these constraints says that somebody else was faster. Throws
 * unavailable at last: `change.busy`, unless another code is given.
 */
export async function untilFirst<T>(
  work: () => Promise<T>,
  { outrunBy, busy = 'change.busy' }: { outrunBy: readonly string[]; busy?: ErrorCode },
): Promise<T> {
  for (let tried = 0; tried < mostTries; tried++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ConstraintError && outrunBy.includes(error.constraint))) throw error
    }
  }
  throw new DomainError(busy, { retryAfterSeconds: 1 })
}
