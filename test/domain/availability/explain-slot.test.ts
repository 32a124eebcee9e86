import { describe, expect, it } from 'vitest'
import { whyNotFree } from '#domain/availability/explain-slot.ts'
import type { SlotQuestion, SlotRefusal } from '#domain/availability/explain-slot.ts'
import type { ServiceRules, StaffAgenda, Taken } from '#domain/availability/free-slots.ts'

const at = (time: string) => Date.parse(`2026-01-05T${time}Z`)
const now = at('06:00')

const massage: ServiceRules = {
  id: 1,
  durationMinutes: 60,
  bufferBeforeMinutes: 15,
  bufferAfterMinutes: 15,
  capacity: 1,
  slotIntervalMinutes: 30,
  minNoticeMinutes: 0,
  maxAdvanceDays: null,
}
// Monday, 09:00 to 17:00, away from 12:00 to 13:00.
const anna: StaffAgenda = {
  id: 7,
  timeZone: 'UTC',
  schedule: {
    weekly: [{ weekday: 1, startMinute: 540, endMinute: 1020 }],
    overrides: [],
    timeOff: [{ from: at('12:00'), to: at('13:00'), reason: 'dentist' }],
  },
  taken: [],
}
const taken = (
  from: string,
  to: string,
  expiresAt: number | null = null,
  rest: Partial<Taken> = {},
): Taken => ({
  from: at(from),
  to: at(to),
  startAt: at(from),
  units: 1,
  serviceId: 1,
  expiresAt,
  ...rest,
})

function why(
  time: string,
  entries: Taken[] = [],
  service: Partial<ServiceRules> = {},
  rest: Partial<SlotQuestion> = {},
): SlotRefusal | null {
  return whyNotFree({
    now,
    startAt: at(time),
    service: { ...massage, ...service },
    staff: { ...anna, taken: entries },
    ...rest,
  })
}

describe('A slot is refused', () => {
  it('where nobody has set any hours', () => {
    const staff = { ...anna, schedule: { weekly: [], overrides: [], timeOff: [] } }
    expect(why('10:00', [], {}, { staff })).toEqual({ reason: 'no_hours' })
    const closed = { weekly: [], overrides: [{ date: '2026-01-05', intervals: [] }], timeOff: [] }
    expect(why('10:00', [], {}, { staff: { ...anna, schedule: closed } })).toEqual({ reason: 'no_hours' })
  })

  it('never without a reason', () => {
    expect(why('09:00')).toBeNull()
    expect(why('11:00')).toBeNull()
    expect(why('16:00')).toBeNull()
  })

  it('outside opening hours, even by a minute', () => {
    expect(why('08:30')).toEqual({ reason: 'outside_hours' })
    expect(why('16:30')).toEqual({ reason: 'outside_hours' })
    expect(why('16:00', [], { durationMinutes: 61 })).toEqual({ reason: 'outside_hours' })
  })

  it('in time off, without telling what for', () => {
    const refusal = { reason: 'time_off', fromAt: at('12:00'), toAt: at('13:00') }
    expect(why('11:30')).toEqual(refusal)
    expect(why('12:00')).toEqual(refusal)
    expect(why('13:00')).toBeNull()
  })

  it('before notice is long enough, saying from when it is', () => {
    expect(why('09:00', [], { minNoticeMinutes: 200 })).toEqual({
      reason: 'too_soon',
      earliestAt: at('09:20'),
    })
    expect(why('09:00', [], { minNoticeMinutes: 180 })).toBeNull()
    expect(why('09:00', [], {}, { now: at('09:01') })).toEqual({
      reason: 'too_soon',
      earliestAt: at('09:01'),
    })
  })

  it('beyond the booking window, saying until when it reaches', () => {
    const early = { now: now - 24 * 3_600_000 }
    expect(why('09:00', [], { maxAdvanceDays: 1 }, early)).toEqual({ reason: 'too_far_ahead', latestAt: now })
    expect(why('09:00', [], { maxAdvanceDays: 2 }, early)).toBeNull()
    expect(why('09:00', [], { maxAdvanceDays: 1 }, { now: at('09:00') - 24 * 3_600_000 })).toBeNull()
  })

  it('off the grid, unless the business chooses its own start', () => {
    expect(why('09:10')).toEqual({ reason: 'off_grid', stepMinutes: 30 })
    expect(why('10:00', [], { slotIntervalMinutes: null, durationMinutes: 45 })).toEqual({
      reason: 'off_grid',
      stepMinutes: 45,
    })
    expect(why('09:10', [], {}, { anyStart: true })).toBeNull()
    expect(why('09:10', [taken('09:30', '10:00')], {}, { anyStart: true })).toEqual({ reason: 'booked' })
  })

  it('when somebody else is there', () => {
    expect(why('10:00', [taken('10:30', '11:30')])).toEqual({ reason: 'booked' })
    expect(why('10:00', [taken('08:00', '10:01')])).toEqual({ reason: 'booked' })
    expect(why('10:00', [taken('10:30', '11:30', null, { serviceId: 2 })], { capacity: 3 })).toEqual({
      reason: 'booked',
    })
  })

  it('when only its buffers reach into somebody else', () => {
    expect(why('10:00', [taken('08:00', '09:46')])).toEqual({ reason: 'buffer' })
    expect(why('10:00', [taken('11:00', '12:00')])).toEqual({ reason: 'buffer' })
    expect(why('10:00', [taken('08:00', '09:45'), taken('11:15', '12:00')])).toBeNull()
  })

  it('while it is held, saying for how long', () => {
    expect(why('10:00', [taken('10:00', '11:00', now + 179_001)])).toEqual({
      reason: 'held',
      expiresAt: now + 179_001,
      seconds: 180,
    })
    expect(why('10:00', [taken('11:00', '12:00', now + 1)])).toEqual({
      reason: 'held',
      expiresAt: now + 1,
      seconds: 1,
    })
    expect(why('10:00', [taken('10:00', '11:00', now)])).toBeNull()
  })

  it('until enough of several holds have lapsed', () => {
    const holds = [30_000, 10_000, 20_000].map((later) => taken('10:00', '11:00', now + later))
    expect(why('10:00', holds, { capacity: 2 })).toEqual({
      reason: 'held',
      expiresAt: now + 20_000,
      seconds: 20,
    })
    const beside = [
      taken('09:00', '10:30', now + 10_000),
      taken('10:45', '11:30', now + 30_000),
      taken('10:30', '10:45', now + 20_000),
    ]
    expect(why('10:00', beside)).toEqual({ reason: 'held', expiresAt: now + 30_000, seconds: 30 })
  })

  it('for good when a booking would still be there after the hold', () => {
    expect(why('10:00', [taken('10:00', '11:00', now + 10_000), taken('10:30', '11:00')])).toEqual({
      reason: 'booked',
    })
    expect(why('10:00', [taken('10:00', '11:00', now + 10_000), taken('11:00', '11:30')])).toEqual({
      reason: 'buffer',
    })
  })

  it('only once a class is full', () => {
    const seats = (count: number) => Array.from({ length: count }, () => taken('10:00', '11:00'))
    expect(why('10:00', seats(2), { capacity: 3 })).toBeNull()
    expect(why('10:00', seats(3), { capacity: 3 })).toEqual({ reason: 'booked' })
    expect(why('10:00', seats(1), { capacity: 3 }, { units: 2 })).toBeNull()
    expect(why('10:00', seats(2), { capacity: 3 }, { units: 2 })).toEqual({ reason: 'booked' })
  })

  it('while another class of the same service is there', () => {
    expect(why('10:00', [taken('10:30', '11:30')], { capacity: 3 })).toEqual({ reason: 'booked' })
    expect(why('10:00', [taken('11:00', '12:00')], { capacity: 3 })).toEqual({ reason: 'buffer' })
  })
})
