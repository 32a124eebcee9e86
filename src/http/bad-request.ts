import type { FieldError } from '#domain/errors.ts'

/** A request that cannot be understood: its path, query or headers. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest'
  constructor(readonly errors: FieldError[]) {
    super(errors.map(({ message }) => message).join('. '))
  }
}
