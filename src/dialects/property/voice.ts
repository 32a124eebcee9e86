// Every failure as a problem of RFC 9457: { type, title, status, detail, instance, ruid, errors? }.
import type { FieldError } from '#domain/errors.ts'
import { problems, problemsPath } from '#http/problems.ts'
import { byField } from '#http/refusal.ts'
import type { Voice } from '#http/refusal.ts'
import { statuses } from '#http/statuses.ts'

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
  refuse({ kind, code, message, errors }, c) {
    const { slug, title } = problems[kind]
    const status = statuses[kind]
    return {
      status,
      headers: {
        'Content-Type': 'application/problem+json',
        ...(kind === 'unauthenticated' && { 'WWW-Authenticate': 'Bearer' }),
      },
      body: JSON.stringify({
        type: `${c.env.origin}${problemsPath}${slug}`,
        title,
        status,
        detail: code === 'request.validation_failed' ? 'Validation failed' : message,
        instance: c.req.path,
        ruid: c.get('requestId'),
        ...(errors && { errors: byField(errors.map(toOwn)) }),
      }),
    }
  },
}

/** A field as this dialect calls it, and what is wrong with it. */
function toOwn({ field, message }: FieldError): FieldError {
  const parts = field.replace('[]', '').split('.')
  return {
    field: parts.map((part) => fields.get(part) ?? part).join('.'),
    message: message.replace('[]', ''),
  }
}
