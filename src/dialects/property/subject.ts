// What a request was about, for the log: the reservation in its path or its answer.
import type { Subject } from '#domain/request-log/record.ts'
import type { Said } from '#http/request-log.ts'

export function subjectOf({ method, url, route, isGood, answered }: Said): Subject {
  const isOfOne = isGood && (route?.startsWith('/v1/public/reservations') ?? false)
  const [, , , , inPath] = url.pathname.split('/')
  const made = isOfOne && method === 'POST' && inPath === undefined ? madeIn(answered()) : undefined
  const id = isOfOne ? Number(inPath ?? made) : NaN
  const isId = Number.isSafeInteger(id) && id > 0
  // The business is the key's.
  return {
    dialect: 'property',
    businessId: null,
    subject: isId ? 'booking' : null,
    subjectId: isId ? id : null,
  }
}

function madeIn(answer: unknown): unknown {
  const data = of(answer, 'data')
  return of(data, 'reservationId')
}

function of(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined
}
