// Every failure in Laravel's form: { message, errors? }, the errors by field.
import type { ErrorKind, FieldError } from '#domain/errors.ts'
import type { Refusal } from '#http/hallway.ts'
import type { Voice } from '#http/refusal.ts'

const statuses: Record<ErrorKind, number> = {
  malformed: 400,
  unauthenticated: 401,
  payment_required: 402,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  stale: 409,
  too_large: 413,
  unsupported: 415,
  invalid: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
}

/** The messages that clients know from Laravel, instead of the domain's own. */
const sentences: Partial<Record<ErrorKind, string>> = {
  unauthenticated: 'Unauthenticated.',
  rate_limited: 'Too Many Attempts.',
  internal: 'Server Error',
}

export const voice: Voice = {
  refuse(refusal) {
    const { kind, errors, retryAfterSeconds } = refusal
    // Faults in a query are malformed to the domain; Laravel validates it as it does a body.
    const status = errors ? 422 : statuses[kind]
    const body = errors
      ? { message: 'The given data was invalid.', errors: byField(errors) }
      : { message: sentenceOf(refusal) }
    return {
      status,
      headers: {
        'Content-Type': 'application/json',
        ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
      },
      body: JSON.stringify(body),
    }
  },
}

function sentenceOf({ kind, code, message }: Refusal): string {
  return code === 'auth.invalid_credentials' ? 'Invalid credentials.' : (sentences[kind] ?? message)
}

function byField(errors: readonly FieldError[]): Record<string, string[]> {
  const fields = new Map<string, string[]>()
  for (const { field, message } of errors) fields.set(field, [...(fields.get(field) ?? []), message])
  return Object.fromEntries(fields)
}
