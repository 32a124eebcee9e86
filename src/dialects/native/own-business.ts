import type { Context } from 'hono'
import { DomainError } from '#domain/errors.ts'
import { BadRequest } from '#http/bad-request.ts'
import { keyOf } from '#http/identify.ts'
import type { Hallway } from '#http/tools.ts'

/** The input with its business: the one that it names or, when it names none, that of the key which it came with. */
export async function withBusiness<Input extends { businessId?: number | undefined }>(
  c: Context<Hallway>,
  input: Input,
): Promise<Input & { businessId: number }> {
  const businessId = input.businessId ?? (await keyOf(c))?.businessId
  if (businessId !== undefined) return { ...input, businessId }

  const errors = [{ field: 'businessId', message: 'Business id is required' }]
  throw c.req.method === 'GET'
    ? new BadRequest(errors)
    : new DomainError('invalid', 'request.validation_failed', 'Validation failed', { errors })
}
