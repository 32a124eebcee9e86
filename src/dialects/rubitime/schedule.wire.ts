import { z } from '@hono/zod-openapi'
import type { Start } from '#domain/availability/list-starts.ts'
import { envelope, id, optionalWhole, rk, toWallTime } from './wire.ts'

export const scheduleRequest = z.strictObject({
  rk,
  branch_id: id,
  cooperator_id: id,
  service_id: id,
  only_available: z
    .preprocess((given) => (typeof given === 'boolean' ? Number(given) : given), optionalWhole(0, 1))
    .openapi({ description: '1: only free times; 0: only taken ones' }),
})

const schedule = z.record(z.string(), z.record(z.string(), z.object({ available: z.boolean() })))

export const scheduleBody = envelope(schedule).openapi({
  example: { status: 'ok', message: 'Success', data: { '2031-03-04': { '10:00': { available: true } } } },
})

/** Times of the branch's clock by their dates; one that comes twice, when clocks are set back, is the first of the two. */
export function toSchedule(
  { timeZone, starts }: { timeZone: string; starts: readonly Start[] },
  onlyAvailable: number | undefined,
): z.infer<typeof schedule> {
  const dates: z.infer<typeof schedule> = {}
  const seen = new Set<string>()
  for (const { date, startAt, isFree } of starts) {
    const time = toWallTime(startAt, timeZone).slice(11, 16)
    if (seen.has(`${date} ${time}`)) continue
    seen.add(`${date} ${time}`)
    if (onlyAvailable === undefined || onlyAvailable === Number(isFree)) {
      dates[date] = { ...dates[date], [time]: { available: isFree } }
    }
  }
  return dates
}
