import type { accountById } from '#db/accounts.ts'

/** Somebody who can sign in; one that was erased is no account any more. */
export type Account = NonNullable<ReturnType<typeof accountById>['row']>
