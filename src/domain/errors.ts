export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'payment_required'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'stale'
  | 'rate_limited'
  | 'unavailable'

export interface FieldError {
  field: string
  message: string
}

export interface DomainErrorOptions {
  errors?: FieldError[]
  retryAfterSeconds?: number
  cause?: unknown
}

/** A refusal the caller can act on: `kind` is its class, `code` its stable dotted name, `errors` the fields at fault. */
export class DomainError extends Error {
  override readonly name = 'DomainError'
  readonly kind: ErrorKind
  readonly code: string
  readonly errors?: FieldError[]
  readonly retryAfterSeconds?: number

  constructor(kind: ErrorKind, code: string, message: string, options: DomainErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.kind = kind
    this.code = code
    if (options.errors) this.errors = options.errors
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds
  }
}
