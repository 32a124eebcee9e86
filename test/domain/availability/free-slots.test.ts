import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { whyNotFree } from '#domain/availability/explain-slot.ts'
import { freeSlots } from '#domain/availability/free-slots.ts'
import type { ServiceRules, Slot, StaffAgenda, Taken } from '#domain/availability/free-slots.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { addDays, dateAt, instantAt, weekdayOf } from '#domain/schedules/wall-clock.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

fc.configureGlobal({ seed: 20261025 })

const at = (text: string) => Date.parse(text)
const times = (slots: Slot[]) => slots.map(({ startAt }) => new Date(startAt).toISOString().slice(11, 16))

const haircut: ServiceRules = {
  id: 1,
  durationMinutes: 60,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  capacity: 1,
  slotIntervalMinutes: null,
  minNoticeMinutes: 0,
  maxAdvanceDays: null,
}
// Monday, 09:00 to 12:00.
const monday: Schedule = {
  weekly: [{ weekday: 1, startMinute: 540, endMinute: 720 }],
  overrides: [],
  timeOff: [],
}
const anna: StaffAgenda = { id: 7, timeZone: 'UTC', schedule: monday, taken: [] }
const taken = (from: string, to: string, rest: Partial<Taken> = {}): Taken => ({
  from: at(`2026-01-05T${from}Z`),
  to: at(`2026-01-05T${to}Z`),
  startAt: at(`2026-01-05T${from}Z`),
  units: 1,
  serviceId: 1,
  ...rest,
})

function onMonday(parts: {
  service?: Partial<ServiceRules>
  staff?: StaffAgenda[]
  now?: number
  fromAt?: number
  toAt?: number
}): Slot[] {
  const {
    service,
    staff = [anna],
    now = 0,
    fromAt = at('2026-01-05T00:00Z'),
    toAt = at('2026-01-06T00:00Z'),
  } = parts
  return freeSlots({ fromAt, toAt, now, service: { ...haircut, ...service }, staff })
}

describe('Free slots', () => {
  it('step through the opening hours and end with them', () => {
    expect(onMonday({})).toEqual(
      [9, 10, 11].map((hour) => ({
        startAt: at('2026-01-05T00:00Z') + hour * HOUR,
        endAt: at('2026-01-05T00:00Z') + (hour + 1) * HOUR,
        staffIds: [7],
        available: 1,
      })),
    )
    expect(times(onMonday({ service: { durationMinutes: 50 } }))).toEqual(['09:00', '09:50', '10:40'])
    expect(times(onMonday({ service: { slotIntervalMinutes: 45 } }))).toEqual(['09:00', '09:45', '10:30'])
  })

  it('start every five minutes at most, however short the service', () => {
    const starts = times(onMonday({ service: { durationMinutes: 1 } }))
    expect(starts.slice(0, 3)).toEqual(['09:00', '09:05', '09:10'])
    expect(starts).toHaveLength(36)
  })

  it('are five thousand at most, and named a hundred thousand times', () => {
    const always: Schedule = {
      weekly: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 0, endMinute: 1440 })),
      overrides: [],
      timeOff: [],
    }
    const asked = (days: number, staff: number) =>
      onMonday({
        service: { durationMinutes: 5 },
        staff: Array.from({ length: staff }, (_, id) => ({ ...anna, id, schedule: always })),
        fromAt: at('2026-01-05T00:00Z'),
        toAt: at('2026-01-05T00:00Z') + days * 24 * HOUR,
      })
    const perDay = 288
    expect(asked(17, 1)).toHaveLength(17 * perDay)
    expect(asked(2, 170)).toHaveLength(2 * perDay)
    for (const [days, staff] of [
      [18, 1],
      [62, 200],
      [2, 174],
    ] as const) {
      expect(() => asked(days, staff)).toThrow(
        expect.objectContaining({
          kind: 'invalid',
          code: 'availability.too_many_slots',
          message: 'More than 5000 slots: ask for fewer days at a time, or for one staff member',
        }),
      )
    }
  })

  it('start within the range, the last one before its end', () => {
    expect(times(onMonday({ fromAt: at('2026-01-05T10:00Z'), toAt: at('2026-01-05T11:00Z') }))).toEqual([
      '10:00',
    ])
    expect(
      times(onMonday({ fromAt: at('2026-01-05T10:00:00.001Z'), toAt: at('2026-01-05T11:00:00.001Z') })),
    ).toEqual(['11:00'])
    expect(onMonday({ fromAt: at('2026-01-05T11:00Z'), toAt: at('2026-01-05T10:00Z') })).toEqual([])
  })

  it('leave out what is taken, down to the minute', () => {
    expect(times(onMonday({ staff: [{ ...anna, taken: [taken('10:00', '11:00')] }] }))).toEqual([
      '09:00',
      '11:00',
    ])
    expect(times(onMonday({ staff: [{ ...anna, taken: [taken('10:59', '11:00')] }] }))).toEqual([
      '09:00',
      '11:00',
    ])
    expect(times(onMonday({ staff: [{ ...anna, taken: [taken('10:59', '11:01')] }] }))).toEqual(['09:00'])
  })

  it('keep their buffers free of others, but may lean them out of the opening hours', () => {
    const service = { bufferBeforeMinutes: 15, bufferAfterMinutes: 30, slotIntervalMinutes: 30 }
    expect(times(onMonday({ service }))).toEqual(['09:00', '09:30', '10:00', '10:30', '11:00'])
    const staff = [{ ...anna, taken: [taken('11:15', '11:20')] }]
    expect(times(onMonday({ service, staff }))).toEqual(['09:00', '09:30'])
  })

  it('need neither more notice nor more patience than asked', () => {
    const now = at('2026-01-05T08:30Z')
    expect(times(onMonday({ now, service: { minNoticeMinutes: 90 } }))).toEqual(['10:00', '11:00'])
    expect(times(onMonday({ now: at('2026-01-04T10:00Z'), service: { maxAdvanceDays: 1 } }))).toEqual([
      '09:00',
      '10:00',
    ])
    expect(times(onMonday({ now: at('2026-01-05T09:00:00.001Z') }))).toEqual(['10:00', '11:00'])
  })

  it('keep their grid when somebody takes time off in the middle of it', () => {
    const schedule = { ...monday, timeOff: [{ from: at('2026-01-05T09:20Z'), to: at('2026-01-05T09:40Z') }] }
    expect(times(onMonday({ staff: [{ ...anna, schedule }] }))).toEqual(['10:00', '11:00'])
  })

  it('may reach over hours that touch, and start anew with each', () => {
    const weekly = [
      { weekday: 1, startMinute: 540, endMinute: 630 },
      { weekday: 1, startMinute: 630, endMinute: 720 },
    ]
    expect(times(onMonday({ staff: [{ ...anna, schedule: { ...monday, weekly } }] }))).toEqual([
      '09:00',
      '10:00',
      '10:30',
    ])
  })

  it('are the same around the clock, wherever the search begins', () => {
    const weekly = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 0, endMinute: 1440 }))
    const staff = [{ ...anna, schedule: { ...monday, weekly } }]
    const search = (fromAt: number) =>
      freeSlots({
        fromAt,
        toAt: at('2026-01-08T00:00Z'),
        now: 0,
        staff,
        service: { ...haircut, durationMinutes: 50 },
      })
    const all = search(at('2026-01-05T00:00Z'))
    expect(all.length).toBe(3 * 29)
    expect(search(at('2026-01-06T23:00Z'))).toEqual(
      all.filter(({ startAt }) => startAt >= at('2026-01-06T23:00Z')),
    )
  })

  it('are shared by up to as many as a class has places, and by one class at a time', () => {
    const service = { capacity: 3 }
    const here = [taken('09:00', '10:00'), taken('11:00', '12:00', { units: 2 })]
    const staff = [{ ...anna, taken: here }]
    expect(onMonday({ service, staff }).map(({ available }) => available)).toEqual([2, 3, 1])
    const full = [{ ...anna, taken: [...here, taken('09:00', '10:00', { units: 2 })] }]
    expect(times(onMonday({ service, staff: full }))).toEqual(['10:00', '11:00'])
    const between = [{ ...anna, taken: [taken('09:30', '10:30')] }]
    expect(times(onMonday({ service, staff: between }))).toEqual(['11:00'])
    // Its own buffers keep nobody out of a class: they are its own.
    const withBuffers = { ...service, bufferBeforeMinutes: 5, bufferAfterMinutes: 10 }
    const buffered = [{ ...anna, taken: [taken('08:55', '10:10', { startAt: at('2026-01-05T09:00Z') })] }]
    expect(onMonday({ service: withBuffers, staff: buffered }).map(({ available }) => available)).toEqual([
      2, 3,
    ])
  })

  it('are those at which as many seats are left as are asked for together', () => {
    const bert = { ...anna, id: 3, taken: [taken('09:00', '10:00', { units: 2 })] }
    const staff = [anna, bert]
    const of = (units: number) =>
      freeSlots({
        fromAt: at('2026-01-05T09:00Z'),
        toAt: at('2026-01-05T10:00Z'),
        now: 0,
        service: { ...haircut, capacity: 3 },
        staff,
        units,
      }).map(({ staffIds, available }) => [staffIds, available])
    expect([1, 2, 3, 4].map(of)).toEqual([[[[7, 3], 4]], [[[7], 3]], [[[7], 3]], []])
  })

  it('are not shared with another service', () => {
    const staff = [{ ...anna, taken: [taken('10:00', '10:30', { serviceId: 2 })] }]
    expect(times(onMonday({ service: { capacity: 3 }, staff }))).toEqual(['09:00', '11:00'])
  })

  it('name everybody who has room, in the order asked, with their units together', () => {
    const bert = { ...anna, id: 3, taken: [taken('09:00', '10:00')] }
    const cleo = { ...anna, id: 9, taken: [taken('09:00', '11:00', { units: 2 })] }
    const slots = onMonday({ service: { capacity: 2 }, staff: [anna, bert, cleo] })
    expect(slots.map(({ staffIds, available }) => [staffIds, available])).toEqual([
      [[7, 3], 3],
      [[7, 3], 4],
      [[7, 3, 9], 6],
    ])
  })

  it('come sorted from staff in different zones', () => {
    const dawn = { ...anna, id: 8, timeZone: 'Asia/Kathmandu' }
    expect(times(onMonday({ staff: [anna, dawn] }))).toEqual([
      '03:15',
      '04:15',
      '05:15',
      '09:00',
      '10:00',
      '11:00',
    ])
  })

  it('come back when a hold has lapsed', () => {
    const staff = [{ ...anna, taken: [taken('10:00', '11:00', { expiresAt: at('2026-01-05T08:00Z') })] }]
    expect(times(onMonday({ staff, now: at('2026-01-05T07:59Z') }))).toEqual(['09:00', '11:00'])
    expect(times(onMonday({ staff, now: at('2026-01-05T08:00Z') }))).toEqual(['09:00', '10:00', '11:00'])
  })

  it('step in elapsed time through nights in which clocks change', () => {
    const weekly = [{ weekday: 6, startMinute: 1380, endMinute: 1440 + 240 }]
    const night = (date: string) => {
      const fromAt = instantAt('Europe/Berlin', date, 0)
      const staff = [{ ...anna, timeZone: 'Europe/Berlin', schedule: { ...monday, weekly } }]
      return times(freeSlots({ fromAt, toAt: fromAt + 48 * HOUR, now: 0, service: haircut, staff }))
    }
    expect(night('2026-03-28')).toEqual(['22:00', '23:00', '00:00', '01:00'])
    expect(night('2026-10-24')).toEqual(['21:00', '22:00', '23:00', '00:00', '01:00', '02:00'])
  })

  it('come once where a clock change pushes hours into others', () => {
    const weekly = [
      { weekday: 7, startMinute: 120, endMinute: 175 },
      { weekday: 7, startMinute: 180, endMinute: 210 },
    ]
    const fromAt = instantAt('Europe/Berlin', '2026-03-29', 0)
    const staff = [{ ...anna, timeZone: 'Europe/Berlin', schedule: { ...monday, weekly } }]
    const service = { ...haircut, durationMinutes: 15 }
    const slots = freeSlots({ fromAt, toAt: fromAt + 24 * HOUR, now: 0, service, staff })
    expect(times(slots)).toEqual(['01:00', '01:15', '01:30'])
    expect(slots.map(({ available }) => available)).toEqual([1, 1, 1])
  })
})

// A naive model: every minute looked at by itself, every rule a plain question about that minute.
const STEP = 5

interface World {
  fromAt: number
  toAt: number
  now: number
  service: ServiceRules
  staff: StaffAgenda[]
}

function windowsOf({ schedule, timeZone }: StaffAgenda, { fromAt, toAt }: World) {
  const windows: { from: number; to: number }[] = []
  const last = addDays(dateAt(timeZone, toAt), 1)
  for (let date = addDays(dateAt(timeZone, fromAt), -3); date <= last; date = addDays(date, 1)) {
    const own = schedule.overrides.find((override) => override.date === date)
    for (const { startMinute, endMinute } of own?.intervals ??
      schedule.weekly.filter(({ weekday }) => weekday === weekdayOf(date))) {
      windows.push({ from: instantAt(timeZone, date, startMinute), to: instantAt(timeZone, date, endMinute) })
    }
  }
  return windows
}

function countSlots(world: World): Slot[] {
  const { fromAt, toAt, now, service, staff } = world
  const slots: Slot[] = []
  const windows = staff.map((member) => windowsOf(member, world))
  const step = (service.slotIntervalMinutes ?? service.durationMinutes) * MINUTE
  for (let startAt = fromAt; startAt < toAt; startAt += STEP * MINUTE) {
    const endAt = startAt + service.durationMinutes * MINUTE
    if (startAt < now + service.minNoticeMinutes * MINUTE) continue
    if (service.maxAdvanceDays !== null && startAt > now + service.maxAdvanceDays * 24 * HOUR) continue
    const slot: Slot = { startAt, endAt, staffIds: [], available: 0 }
    for (const [index, { id, schedule, taken: entries }] of staff.entries()) {
      const during = ({ from, to }: { from: number; to: number }, minute: number) =>
        from <= minute && minute < to
      const isStart = windows[index]!.some(
        (window) => during(window, startAt) && (startAt - window.from) % step === 0,
      )
      let free = isStart ? service.capacity : 0
      const company = new Set<Taken>()
      const blockedFrom = startAt - service.bufferBeforeMinutes * MINUTE
      for (
        let minute = blockedFrom;
        minute < endAt + service.bufferAfterMinutes * MINUTE && free > 0;
        minute += STEP * MINUTE
      ) {
        const isService = startAt <= minute && minute < endAt
        const isOpen =
          windows[index]!.some((window) => during(window, minute)) &&
          !schedule.timeOff.some((off) => during(off, minute))
        if (isService && !isOpen) free = 0
        const present = entries.filter(
          (entry) => during(entry, minute) && (entry.expiresAt == null || entry.expiresAt > now),
        )
        const isOther = (entry: Taken) => entry.serviceId !== service.id || entry.startAt !== startAt
        if (present.some(isOther)) free = 0
        for (const entry of present) company.add(entry)
      }
      free -= [...company].reduce((sum, { units }) => sum + units, 0)
      if (free <= 0) continue
      slot.staffIds.push(id)
      slot.available += free
    }
    if (slot.available > 0) slots.push(slot)
  }
  return slots
}

/** Three days around a clock change, everything a multiple of five minutes. */
const worlds: fc.Arbitrary<World> = fc
  .constantFrom(
    ['UTC', '2026-01-05'],
    ['Europe/Berlin', '2026-03-28'],
    ['Europe/Berlin', '2026-10-24'],
    ['America/Havana', '2026-03-07'],
    ['America/Havana', '2026-10-31'],
    ['Africa/Cairo', '2026-04-23'],
    ['America/Nuuk', '2026-03-28'],
    ['Australia/Lord_Howe', '2026-10-03'],
  )
  .chain(([timeZone, date]) => {
    const fromAt = instantAt(timeZone!, date!, 0)
    const toAt = fromAt + 60 * HOUR
    const minutes = (least: number, most: number) =>
      fc.integer({ min: least / STEP, max: most / STEP }).map((steps) => steps * STEP)
    const stretch = (longest: number) =>
      fc.tuple(minutes(-300, 3900), minutes(STEP, longest)).map(([start, length]) => ({
        from: fromAt + start * MINUTE,
        to: fromAt + (start + length) * MINUTE,
      }))
    // Like a sound schedule: the windows of a day follow each other, sometimes at once, and end before the next day's first.
    const hours = fc.array(fc.tuple(minutes(0, 200), minutes(30, 600)), { maxLength: 3 }).map((parts) => {
      let minute = 120
      return parts.flatMap(([gap, length]) => {
        const startMinute = minute + gap
        minute = Math.min(startMinute + length, 1560)
        return startMinute < minute ? [{ startMinute, endMinute: minute }] : []
      })
    })
    const schedule = fc.record({
      weekly: fc
        .array(hours, { minLength: 7, maxLength: 7 })
        .map((days) => days.flatMap((day, index) => day.map((part) => ({ weekday: index + 1, ...part })))),
      overrides: fc
        .option(hours, { nil: null })
        .map((own) => (own ? [{ date: addDays(date!, 1), intervals: own }] : [])),
      timeOff: fc.array(stretch(300), { maxLength: 2 }),
    })
    const entry = fc
      .record({
        at: stretch(120),
        units: fc.constantFrom(1, 1, 2),
        buffer: fc.constantFrom(0, 0, 0, 10),
        serviceId: fc.constantFrom(1, 1, 1, 1, 1, 2, null),
        expiresAt: fc.option(
          minutes(-120, 120).map((minute) => fromAt + minute * MINUTE),
          { nil: null, freq: 3 },
        ),
      })
      .map(({ at: { from, to }, buffer, ...rest }): Taken => {
        return { from: from - buffer * MINUTE, to: to + buffer * MINUTE, startAt: from, ...rest }
      })
    return fc.record({
      fromAt: fc.constant(fromAt),
      toAt: fc.constant(toAt),
      now: minutes(-3000, 600).map((minute) => fromAt + minute * MINUTE),
      service: fc.record({
        id: fc.constant(1),
        durationMinutes: minutes(STEP, 120),
        bufferBeforeMinutes: fc.constantFrom(0, 0, 10, 30),
        bufferAfterMinutes: fc.constantFrom(0, 0, 5, 45),
        capacity: fc.constantFrom(1, 3),
        slotIntervalMinutes: fc.option(minutes(STEP, 60), { nil: null }),
        minNoticeMinutes: fc.constantFrom(0, 0, 120),
        maxAdvanceDays: fc.constantFrom(null, null, 1, 3),
      }),
      staff: fc
        .array(fc.record({ schedule, taken: fc.array(entry, { maxLength: 12 }) }), {
          minLength: 1,
          maxLength: 2,
        })
        .map((members) =>
          members.map((member, index) => ({ id: index + 1, timeZone: timeZone!, ...member })),
        ),
    })
  })

describe('Free slots of any week, in any zone', () => {
  it('are those that a naive model finds minute by minute', () => {
    let found = 0
    fc.assert(
      fc.property(worlds, (world) => {
        const slots = freeSlots(world)
        found += slots.length
        expect(slots).toEqual(countSlots(world))
      }),
      { numRuns: 300 },
    )
    expect(found).toBeGreaterThan(1000)
  })

  it('do not depend on where a search begins or ends', () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: 1, max: 3599 }), (world, minute) => {
        const middle = world.fromAt + minute * MINUTE
        const halves = [...freeSlots({ ...world, toAt: middle }), ...freeSlots({ ...world, fromAt: middle })]
        expect(halves).toEqual(freeSlots(world))
      }),
      { numRuns: 200 },
    )
  })

  it('are exactly the starts against which nothing can be said', () => {
    fc.assert(
      fc.property(worlds, ({ fromAt, toAt, now, service, staff }) => {
        for (const member of staff) {
          const free = freeSlots({ fromAt, toAt, now, service, staff: [member] }).map(
            ({ startAt }) => startAt,
          )
          const unopposed: number[] = []
          for (let startAt = fromAt; startAt < toAt; startAt += STEP * MINUTE) {
            if (whyNotFree({ now, startAt, service, staff: member }) === null) unopposed.push(startAt)
          }
          expect(unopposed).toEqual(free)
        }
      }),
      { numRuns: 25 },
    )
  })
})
