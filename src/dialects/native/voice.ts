// Every failure in the native voice: { error, errors?, code, requestId }.
import type { ErrorKind } from '#domain/errors.ts'
import type { Voice } from '#http/refusal.ts'

export const statuses: Record<ErrorKind, number> = {
  malformed: 400,
  unauthenticated: 401,
  payment_required: 402,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  stale: 412,
  too_large: 413,
  unsupported: 415,
  invalid: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
}

/** Fields whose name differs between the domain and this dialect. */
const fields = new Map([
  ['startAt', 'startTime'],
  ['endAt', 'endTime'],
  ['resourceId', 'staffId'],
])

export const voice: Voice = {
  refuse({ kind, code, message, errors: faults, retryAfterSeconds }, c) {
    const errors = faults?.map(({ field, message: fault }) => ({
      field: fields.get(field) ?? field,
      message: fault,
    }))
    const error = errors && kind === 'invalid' ? 'Validation failed' : message
    return {
      status: statuses[kind],
      headers: {
        'Content-Type': 'application/json',
        ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
        ...(kind === 'unauthenticated' && { 'WWW-Authenticate': 'Bearer' }),
      },
      body: JSON.stringify({ error, ...(errors && { errors }), code, requestId: c.get('requestId') }),
    }
  },
}
