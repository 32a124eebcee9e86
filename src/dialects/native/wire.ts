// Shapes that several nouns of this dialect share.
import { z } from '@hono/zod-openapi'
import { isTimeZone } from '#domain/schedules/wall-clock.ts'

export const id = z.int().positive().max(Number.MAX_SAFE_INTEGER)

/** An id in a path or query. */
export const idText = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, 'must be a positive integer')
  .transform(Number)
  .openapi({ type: 'integer', minimum: 1 })

/** 2100: calendars end there. */
const lastInstant = 4_102_444_800_000

/** An instant in an input: ISO 8601 with any offset → ms. */
export const instant = z.iso
  .datetime({
    offset: true,
    error: ({ code }) =>
      code === 'invalid_format' ? 'must be an ISO 8601 date-time with an offset' : undefined,
  })
  .transform((text) => Date.parse(text))
  .refine((at) => at >= 0 && at < lastInstant, 'must be between 1970 and 2100')
  .openapi({ type: 'string', format: 'date-time', example: '2031-03-03T09:00:00Z' })

/** An instant in an answer: UTC, with milliseconds. */
export const instantBody = z.string().openapi({ format: 'date-time', example: '2031-03-03T09:00:00.000Z' })
export const nullableInstantBody = instantBody.nullable()

export function toInstant(at: number): string {
  return new Date(at).toISOString()
}

export function toNullableInstant(at: number | null): string | null {
  return at === null ? null : toInstant(at)
}

/** Minor units of an ISO 4217 currency. */
export const money = z
  .strictObject({
    amount: z.int().min(0).max(1_000_000_000_000),
    currency: z.string().regex(/^[A-Z]{3}$/, 'Currency must be an ISO 4217 code'),
  })
  .openapi('Money', { example: { amount: 4500, currency: 'EUR' } })

export const currency = z.string().refine((code) => currencies.has(code), 'Currency must be an ISO 4217 code')
const currencies = new Set(Intl.supportedValuesOf('currency'))

export const timeZone = z
  .string()
  .max(64)
  .refine((name) => isTimeZone(name), 'Time zone must be an IANA time zone')
  .openapi({ example: 'Europe/Berlin' })

/** Text that says something: trimmed, not empty. */
export const text = (maximum: number) => z.string().trim().min(1).max(maximum)
/** Text that may be absent: null takes it away again, and so does an empty one. */
export const optionalText = (maximum: number) =>
  z
    .string()
    .trim()
    .max(maximum)
    .transform((given) => (given === '' ? null : given))
    .nullable()
    .optional()

export const email = z
  .string()
  .trim()
  .max(254)
  .pipe(z.email())
  .transform((address) => address.toLowerCase())
  .openapi({ type: 'string', format: 'email' })
export const phone = z
  .string()
  .trim()
  .regex(/^\+?[0-9 ()./-]{4,30}$/, 'Phone is not valid')

export const errorBody = z
  .object({
    error: z.string(),
    code: z.string().openapi({ example: 'booking.slot_taken' }),
    requestId: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .openapi('Error')
