// Every failure becomes a refusal before a dialect words it. The refusal stays with the request: code that needs the
// outcome reads it there, and not from the status, which some dialects leave at 200.
import type { Context, ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { DomainError } from '#domain/errors.ts'
import type { FieldError } from '#domain/errors.ts'
import type { Hallway, Refusal } from './hallway.ts'
import { respond } from './respond.ts'

/** An answer's parts. */
export interface Worded {
  status: number
  headers: Readonly<Record<string, string | null>>
  body: string
}

/** How a dialect says what went wrong. When to come again is said for all of them, by `Retry-After`. */
export interface Voice {
  refuse(refusal: Refusal, c: Context<Hallway>): Worded
}

/** Records the refusal of a request and answers it in the dialect's voice. */
export function refuse(error: unknown, voice: Voice, c: Context<Hallway>): Response {
  const refusal = toRefusal(error, c)
  const { status, headers, body } = voice.refuse(refusal, c)
  c.set('refusal', refusal)
  c.set('answer', body)
  const { retryAfterSeconds } = refusal
  const later = retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }
  return respond(c, body, status, { ...headers, ...later })
}

/** Faults by the field that they are of. */
export function byField(errors: readonly FieldError[]): Record<string, string[]> {
  const fields = new Map<string, string[]>()
  for (const { field, message } of errors) fields.set(field, [...(fields.get(field) ?? []), message])
  return Object.fromEntries(fields)
}

export const refusing =
  (voice: Voice): ErrorHandler<Hallway> =>
  (error, c) =>
    refuse(error, voice, c)

/** Anything thrown, as a refusal. An unforeseen error is logged; its message is not shown to the caller. */
function toRefusal(error: unknown, c: Context<Hallway>): Refusal {
  if (error instanceof DomainError) return error
  if (error instanceof HTTPException) {
    // A body that was cut off at the limit fails as broken JSON.
    if (error.status === 400)
      return new DomainError(c.get('isTooLarge') ? 'request.too_large' : 'request.malformed_json')
    if (error.status === 413) return new DomainError('request.too_large')
    if (error.status === 415) return new DomainError('request.unsupported_media_type')
  }
  console.error('unexpected', c.get('requestId'), error instanceof Error ? error.stack : error)
  return new DomainError('internal')
}
