// Every failure as a problem of RFC 9457: { type, title, status, detail, instance, ruid, errors? }.
import type { FieldError } from '#domain/errors.ts'
import { problems, problemsPath } from '#http/problems.ts'
import type { Voice } from '#http/refusal.ts'

/** Fields whose name differs between the domain and this dialect. */
const fields = new Map([
  ['startAt', 'arrival'],
  ['endAt', 'departure'],
  ['resourceId', 'roomId'],
  ['customerId', 'clientId'],
  ['bookingId', 'reservationId'],
  ['issuedOn', 'issueDate'],
  ['unitPrice', 'grossUnitPrice'],
  ['position', 'positionId'],
  ['branchId', 'locationId'],
  ['arrivalOn', 'arrival'],
  ['departureOn', 'departure'],
  ['checkInTime', 'checkIn'],
  ['checkOutTime', 'checkOut'],
  ['kidsAges', 'kidsAge'],
  ['guest', 'client'],
  ['services', 'additionalServices'],
  ['roomPrice', 'pricePerRoom'],
  ['mealPrice', 'pricePerMeal'],
  ['discountKind', 'discountType'],
  ['prepaymentDueOn', 'prepaymentDeadline'],
  ['paid', 'paymentStatus'],
  ['paymentKind', 'paymentType'],
])

export const voice: Voice = {
  refuse({ kind, code, message, errors, retryAfterSeconds }, c) {
    const { status, slug, title } = problems[kind]
    return {
      status,
      headers: {
        'Content-Type': 'application/problem+json',
        ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
        ...(kind === 'unauthenticated' && { 'WWW-Authenticate': 'Bearer' }),
      },
      body: JSON.stringify({
        type: `${c.env.origin}${problemsPath}${slug}`,
        title,
        status,
        detail: code === 'request.validation_failed' ? 'Validation failed' : message,
        instance: c.req.path,
        ruid: c.get('requestId'),
        ...(errors && { errors: byField(errors) }),
      }),
    }
  },
}

function byField(errors: readonly FieldError[]): Record<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { field, message } of errors) {
    const name = field
      .replace('[]', '')
      .split('.')
      .map((part) => fields.get(part) ?? part)
      .join('.')
    found.set(name, [...(found.get(name) ?? []), message.replace('[]', '')])
  }
  return Object.fromEntries(found)
}
