// Every failure in Laravel's form: { message, errors? }, the errors by field.
import type { ErrorKind } from '#domain/errors.ts'
import type { Refusal } from '#http/hallway.ts'
import { byField } from '#http/refusal.ts'
import type { Voice } from '#http/refusal.ts'
import { statuses } from '#http/statuses.ts'

/** Laravel knows no failed precondition. */
const ownStatuses = { ...statuses, stale: 409 }

/** The messages that clients know from Laravel, instead of the domain's own. */
const sentences: Partial<Record<ErrorKind, string>> = {
  unauthenticated: 'Unauthenticated.',
  rate_limited: 'Too Many Attempts.',
  internal: 'Server Error',
}

export const voice: Voice = {
  refuse(refusal) {
    const { kind, errors } = refusal
    // Faults in a query are malformed to the domain; Laravel validates it as it does a body.
    const status = errors ? 422 : ownStatuses[kind]
    const body = errors
      ? { message: 'The given data was invalid.', errors: byField(errors) }
      : { message: sentenceOf(refusal) }
    return {
      status,
      headers: {
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(body),
    }
  },
}

function sentenceOf({ kind, code, message }: Refusal): string {
  return code === 'auth.invalid_credentials' ? 'Invalid credentials.' : (sentences[kind] ?? message)
}
