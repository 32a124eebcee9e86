// Every failure in the native voice: { error, errors?, code, requestId }.
import type { Voice } from '#http/refusal.ts'
import { statuses } from '#http/statuses.ts'

/** Fields whose name differs between the domain and this dialect. */
const fields = new Map([
  ['startAt', 'startTime'],
  ['endAt', 'endTime'],
  ['resourceId', 'staffId'],
])

export const voice: Voice = {
  refuse({ kind, code, message, errors: faults }, c) {
    const errors = faults?.map(({ field, message: fault }) => ({
      field: fields.get(field) ?? field,
      message: fault,
    }))
    const error = errors && kind === 'invalid' ? 'Validation failed' : message
    return {
      status: statuses[kind],
      headers: {
        'Content-Type': 'application/json',
        ...(kind === 'unauthenticated' && { 'WWW-Authenticate': 'Bearer' }),
      },
      body: JSON.stringify({ error, ...(errors && { errors }), code, requestId: c.get('requestId') }),
    }
  },
}
