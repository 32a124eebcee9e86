// Every failure in the native voice: { error, errors?, code, requestId }.
import type { Context, ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { DomainError } from '#domain/errors.ts'
import type { ErrorKind, FieldError } from '#domain/errors.ts'
import { BadRequest } from '#http/bad-request.ts'
import type { Hallway } from '#http/tools.ts'

const statuses: Record<ErrorKind, ContentfulStatusCode> = {
  invalid: 422,
  unauthenticated: 401,
  payment_required: 402,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  stale: 412,
  rate_limited: 429,
  unavailable: 503,
}

/** Fields whose name differs between the domain and this dialect. */
const fields = new Map([
  ['startAt', 'startTime'],
  ['endAt', 'endTime'],
  ['resourceId', 'staffId'],
])

interface Failure {
  status: ContentfulStatusCode
  error: string
  code: string
  errors?: FieldError[] | undefined
  retryAfterSeconds?: number | undefined
}

export const onError: ErrorHandler<Hallway> = (error, c) => respond(failureOf(error, c), c)

/** `methods` are those that the address does take. */
export function notFound(c: Context<Hallway>, methods: readonly string[]): Response {
  if (methods.length === 0) {
    return respond(
      { status: 404, error: 'There is nothing at this address', code: 'request.unknown_path' },
      c,
    )
  }
  const allowed = methods.join(', ')
  c.header('Allow', allowed)
  const error = `This address does not take ${c.req.method}, but ${allowed}`
  return respond({ status: 404, error, code: 'request.unknown_method' }, c)
}

function failureOf(error: unknown, c: Context<Hallway>): Failure {
  if (error instanceof DomainError) {
    const { code, message, retryAfterSeconds } = error
    const errors = error.errors?.map(({ field, message: words }) => ({
      field: fields.get(field) ?? field,
      message: words,
    }))
    return {
      status: statuses[error.kind],
      error: errors ? 'Validation failed' : message,
      code,
      errors,
      retryAfterSeconds,
    }
  }
  if (error instanceof BadRequest) {
    return { status: 400, error: error.message, code: 'request.invalid', errors: error.errors }
  }
  if (error instanceof HTTPException) return rejections[error.status] ?? broken
  console.error('unexpected', c.get('requestId'), error instanceof Error ? error.stack : error)
  return broken
}

const broken: Failure = { status: 500, error: 'Something went wrong on our side', code: 'internal' }

const rejections: Partial<Record<number, Failure>> = {
  400: { status: 400, error: 'The body is not valid JSON', code: 'request.malformed_json' },
  413: { status: 413, error: 'The body is larger than 256 KiB', code: 'request.too_large' },
  415: {
    status: 415,
    error: 'Content-Type must be application/json in UTF-8',
    code: 'request.unsupported_media_type',
  },
}

function respond({ status, error, code, errors, retryAfterSeconds }: Failure, c: Context<Hallway>): Response {
  const headers: Record<string, string> = {}
  if (retryAfterSeconds !== undefined) headers['Retry-After'] = String(retryAfterSeconds)
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer'
  headers['Content-Type'] = 'application/json'
  const body = JSON.stringify({ error, ...(errors && { errors }), code, requestId: c.get('requestId') })
  c.set('answer', body)
  return c.body(body, status, headers)
}
