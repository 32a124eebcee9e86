// What all methods share: how fields come in, and the envelope that answers go out in.
import { z } from '@hono/zod-openapi'
import { instantAt, isDate, wallClockAt } from '#domain/schedules/wall-clock.ts'
import { secret } from '#http/secret.ts'

/** Numbers come as numbers or as texts, and empty ones are none. */
const numeric = <S extends z.ZodType>(schema: S) => z.preprocess(toNumber, schema)

function toNumber(given: unknown): unknown {
  if (given === null) return undefined
  if (typeof given !== 'string') return given
  const text = given.trim()
  if (text === '') return undefined
  return /^-?\d{1,16}(\.\d{1,16})?$/.test(text) ? Number(text) : given
}

export const whole = (minimum: number, maximum: number) => numeric(z.int().min(minimum).max(maximum))
export const optionalWhole = (minimum: number, maximum: number) =>
  numeric(z.int().min(minimum).max(maximum).optional())
export const id = whole(1, Number.MAX_SAFE_INTEGER)
export const optionalId = optionalWhole(1, Number.MAX_SAFE_INTEGER)

/** Money as a decimal, however it was written: of which currency, and so how fine it may be, is not known here. */
export const decimal = z.preprocess(
  (given) => {
    const number = toNumber(given)
    // What other languages make of their floats is not the caller's fault.
    return typeof number === 'number' ? String(Number(number.toFixed(6))) : number
  },
  z
    .string()
    .regex(/^\d{1,12}(\.\d{1,6})?$/)
    .optional(),
)

/** A time on the wall: its date, minutes since midnight, and seconds. */
export interface WallTime {
  date: string
  minutes: number
  seconds: number
}

const form = /^(\d{4}-\d\d-\d\d)[ T]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/

export const wallTime = z
  .preprocess(emptyToNull, z.string().regex(form))
  .transform((text, context): WallTime => {
    const [, date = '', hours, minutes, seconds = 0] = form.exec(text) ?? []
    if (!isDate(date) || date < '1970-01-02' || date >= '2099-12-31') {
      context.addIssue({ code: 'custom', message: 'must be between 1970 and 2100' })
    }
    return { date, minutes: Number(hours) * 60 + Number(minutes), seconds: Number(seconds) }
  })

/** An empty one takes the time away. */
export const optionalWallTime = z.preprocess(emptyToNull, wallTime.nullable().optional())

/** Text that may be absent; an empty one takes it away, and a number is one, too. */
export const optionalText = (maximum: number) =>
  z.preprocess(
    (given) => emptyToNull(typeof given === 'number' ? String(given) : given),
    z
      .string()
      .refine((text) => text.isWellFormed() && !text.includes('\0'), 'must be well-formed Unicode')
      .normalize('NFC')
      .trim()
      .max(maximum)
      .nullable()
      .optional(),
  )

function emptyToNull(given: unknown): unknown {
  if (typeof given !== 'string') return given
  const text = given.trim()
  return text === '' ? null : text
}

/** As it is shown: YYYY-MM-DD HH:MM:SS. */
export function toText({ date, minutes, seconds }: WallTime): string {
  const digits = [Math.floor(minutes / 60), minutes % 60, seconds].map((part) =>
    String(part).padStart(2, '0'),
  )
  return `${date} ${digits.join(':')}`
}

/** The instant at which clocks in a zone show a time. */
export function toInstant({ date, minutes, seconds }: WallTime, timeZone: string): number {
  return instantAt(timeZone, date, minutes) + seconds * 1000
}

/** What clocks in a zone show: YYYY-MM-DD HH:MM:SS. */
export function toWallTime(at: number, timeZone: string): string {
  return wallClockAt(timeZone, at).text.slice(0, 19).replace('T', ' ')
}

/** The credential, which the door has read before. */
export const rk = secret(z.string()).openapi({ description: 'An API key of the business' })

/** The data of what has none. */
export const nothing = z.array(z.unknown()).max(0)

/** What every good answer is. */
export function envelope<Data extends z.ZodType>(data: Data) {
  return z.object({ status: z.literal('ok'), message: z.literal('Success'), data })
}

export function inEnvelope<Data>(data: Data) {
  return { status: 'ok' as const, message: 'Success' as const, data }
}
