// Every failure in this dialect's voice: { status: "error", message, data: [] }, always with HTTP 200, but for faults of ours.
import { InvalidTransition } from '#domain/bookings/booking-status.ts'
import type { ErrorCode, ErrorKind } from '#domain/errors.ts'
import type { Refusal } from '#http/hallway.ts'
import type { Voice } from '#http/refusal.ts'
import { tooEarly } from './rate-limits.ts'
import { numberOf } from './statuses.ts'

const httpStatuses: Partial<Record<ErrorKind, number>> = { internal: 500, unavailable: 503 }

/** What is said of a kind, unless a code of it has a sentence here. */
const sentences: Record<ErrorKind, (refusal: Refusal) => string> = {
  malformed: ({ message }) => message,
  invalid: (refusal) => faultOf(refusal) ?? refusal.message,
  unauthenticated: () => 'Invalid API key',
  payment_required: ({ message }) => message,
  forbidden: () => 'Access denied',
  not_found: ({ message }) => message,
  conflict: ({ message }) => message,
  stale: ({ message }) => message,
  too_large: ({ message }) => message,
  unsupported: ({ message }) => message,
  rate_limited: () => tooEarly,
  internal: ({ message }) => message,
  unavailable: ({ message }) => message,
}

const sentencesOfCodes: Partial<Record<ErrorCode, string>> = {
  'auth.required': 'Field "rk" is required',
  'booking.not_found': 'Record not found',
  'booking.staff_unavailable': 'This cooperator takes no records any more',
  'booking.slot_taken': 'The time is already taken',
  'coupon.unknown': 'Coupon not found',
  'request.unknown_method': 'Unknown method',
  'request.unknown_path': 'Unknown method',
  'service.not_found': 'Service not found',
  'staff.not_found': 'Cooperator not found',
  'staff.not_performing': 'This cooperator does not perform this service',
}

/** Fields that the domain calls by another name. */
const fields = new Map([
  ['startAt', 'record'],
  ['resourceId', 'cooperator_id'],
  ['serviceId', 'service_id'],
  ['branchId', 'branch_id'],
  ['groupWith', 'parent_record'],
  ['customer', 'name'],
  ['durationMinutes', 'duration'],
  ['prepaymentMinor', 'prepayment'],
  ['priceMinor', 'price'],
  ['notes', 'comment'],
])

export const voice: Voice = {
  refuse(refusal) {
    const { kind } = refusal
    return {
      status: httpStatuses[kind] ?? 200,
      headers: {
        'Content-Type': 'application/json; charset=UTF-8',
      },
      body: JSON.stringify({ status: 'error', message: sentenceOf(refusal), data: [] }),
    }
  },
}

function sentenceOf(refusal: Refusal): string {
  if (refusal instanceof InvalidTransition) {
    return `Status cannot be changed from ${numberOf(refusal.from)} to ${numberOf(refusal.to)}`
  }
  return sentencesOfCodes[refusal.code] ?? sentences[refusal.kind](refusal)
}

/** The first field at fault, where nothing else is known than that it is. */
function faultOf({ code, errors: [fault] = [] }: Refusal): string | undefined {
  if (!fault || code !== 'request.validation_failed') return undefined
  const field = fields.get(fault.field) ?? fault.field
  return `Field "${field}" is ${fault.isMissing ? 'required' : 'invalid'}`
}
