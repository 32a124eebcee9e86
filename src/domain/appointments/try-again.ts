import { ConstraintError } from '#db/database.ts'

/**
 * Does it, and once more when what it had read was outdated by the time it wrote: somebody else was the first to name the same
 * new customer or source, or erased one.
 */
export async function tryAgain<Result>(
  attempt: () => Promise<Result>,
  isOutdated: (error: unknown) => boolean = isOfAnother,
): Promise<Result> {
  try {
    return await attempt()
  } catch (error) {
    if (isOutdated(error)) return attempt()
    throw error
  }
}

export function isOfAnother(error: unknown): boolean {
  return error instanceof ConstraintError && /^(customers\.|sources\.|foreign_key)/.test(error.constraint)
}
