// Shapes that several nouns of this dialect share.
import { z } from '@hono/zod-openapi'
import { isCurrency } from '#domain/prices/currency.ts'
import { isTimeZone } from '#domain/schedules/wall-clock.ts'

export const id = z.int().positive().max(Number.MAX_SAFE_INTEGER)

/** Whom and what the examples are about: all tell one story, so that what one answers is what the next is sent. */
export const sample = {
  userId: 124862518444032,
  businessId: 124862518444160,
  branchId: 124862518444288,
  serviceId: 124862518444416,
  staffId: 124862518444544,
  roomId: 124862518444576,
  customerId: 124862518444672,
  bookingId: 124862518444800,
  holdId: 124862518444928,
  keyId: 124862518445056,
  webhookId: 124862518445184,
  siteId: 124862518445312,
  leadId: 124862518445440,
  tokenId: 124862518445568,
  couponId: 124862518445696,
  email: 'ada@example.com',
  password: 'correct horse battery staple',
}

/** An id in a path or query. */
export const idText = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, 'must be a positive integer')
  .transform(Number)
  .openapi({ type: 'integer', minimum: 1 })

/** The business that an input is about, where keys are taken: see own-business.ts. */
const ownBusiness = { description: 'A key needs none: it has its own' }
export const businessId = id.optional().openapi(ownBusiness)
export const businessIdText = idText.optional().openapi({ type: 'integer', minimum: 1, ...ownBusiness })

/** 2100: calendars end there. */
const lastInstant = 4_102_444_800_000

/** An instant in an input: ISO 8601 with any offset → ms. */
export const instant = z.iso
  .datetime({
    offset: true,
    // Without this, the refinements of the fields around it would compare it all the same.
    abort: true,
    error: ({ code, input }) => {
      if (code !== 'invalid_format') return undefined
      // In an address a plus sign is a space.
      const hint = /T\S+ \d\d:\d\d$/.test(String(input)) ? ' (a + in an address is written %2B)' : ''
      return `must be an ISO 8601 date-time with an offset${hint}`
    },
  })
  .transform((text) => Date.parse(text))
  .refine((at) => at >= 0 && at < lastInstant, { abort: true, message: 'must be between 1970 and 2100' })
  .openapi({ example: '2031-03-03T09:00:00Z' })

/** A day in an input, on whatever clock its field is about. */
export const day = z.iso.date({ abort: true })

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

export const currency = z.string().refine(isCurrency, 'Currency must be an ISO 4217 code')

export const timeZone = z
  .string()
  .max(64)
  .refine((name) => isTimeZone(name), 'Time zone must be an IANA time zone')
  .openapi({ example: 'Europe/Berlin' })

/** Text that storage gives back unchanged: no lone surrogates, composed (NFC), no NUL. */
const whole = () =>
  z
    .string()
    .refine((given) => given.isWellFormed() && !given.includes('\0'), 'must be well-formed Unicode')
    .normalize('NFC')
/** Text that says something: trimmed, not empty. */
export const text = (maximum: number) => whole().trim().min(1).max(maximum)
/**
 * A name: visible, and without characters that change how the text around it reads. Joiners stay, since some scripts
 * write names with them.
 */
export const name = (maximum: number) =>
  text(maximum)
    .refine((given) => given === '' || visible.test(given), 'must have a visible character')
    .refine((given) => !unruly.test(given), 'must not have control or formatting characters')
const visible = /[[\p{L}\p{N}\p{P}\p{S}]--[\p{DI}\u2800]]/v
const unruly = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\u200c\u200d]]/v
/** Text that is kept exactly as it was written. */
export const anyText = (maximum: number) => whole().max(maximum)
/** Text that may be absent: null takes it away again, and so does an empty one. */
export const optionalText = (maximum: number) =>
  whole()
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
  .openapi({ format: 'email' })
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
  .openapi('Error', {
    example: {
      error: 'Validation failed',
      code: 'request.validation_failed',
      requestId: '5f0c1d4e-6a7b-4c8d-9e0f-1a2b3c4d5e6f',
      errors: [{ field: 'startTime', message: 'Start time must be between 1970 and 2100' }],
    },
  })
