import { errorCodes } from './error-codes.ts'
import type { ErrorCode, ErrorKind } from './error-codes.ts'

export type { ErrorCode, ErrorKind } from './error-codes.ts'

export interface FieldError {
  field: string
  message: string
  /** Set when nothing was given where something must be. */
  isMissing?: true
}

export interface DomainErrorOptions {
  /** What is said instead of the code's own sentence. */
  message?: string
  errors?: readonly FieldError[]
  retryAfterSeconds?: number
  cause?: unknown
}

/** A refusal the caller can act on: `kind` is its class, `code` its stable dotted name, `errors` the fields at fault. */
export class DomainError extends Error {
  override readonly name = 'DomainError'
  readonly code: ErrorCode
  readonly kind: ErrorKind
  readonly errors?: readonly FieldError[]
  readonly retryAfterSeconds?: number

  constructor(code: ErrorCode, { message, errors, retryAfterSeconds, cause }: DomainErrorOptions = {}) {
    super(message ?? errorCodes[code].message, cause === undefined ? undefined : { cause })
    this.code = code
    this.kind = errorCodes[code].kind
    if (errors) this.errors = errors
    if (retryAfterSeconds !== undefined) this.retryAfterSeconds = retryAfterSeconds
  }
}
