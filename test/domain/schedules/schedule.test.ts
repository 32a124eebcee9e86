import { describe, expect, it } from 'vitest'
import {
  formatMinutes,
  hoursBetween,
  openingHours,
  parseMinutes,
  problemsOf,
} from '#domain/schedules/schedule.ts'
import type { Interval, Schedule } from '#domain/schedules/schedule.ts'
import { instantAt } from '#domain/schedules/wall-clock.ts'

const hours = (start: string, end: string) => ({
  startMinute: parseMinutes(start)!,
  endMinute: parseMinutes(end)!,
})
const weekly = (weekday: number, start: string, end: string) => ({ weekday, ...hours(start, end) })
const schedule = (parts: Partial<Schedule>): Schedule => ({
  weekly: [],
  overrides: [],
  timeOff: [],
  ...parts,
})
const at = (text: string) => Date.parse(text)
const spoken = (intervals: Interval[]) =>
  intervals.map(({ from, to }) => `${new Date(from).toISOString().slice(5, 16)}Z ${(to - from) / 60_000}`)

/** Opening hours of whole dates, as 'start, minutes long'. */
function open(parts: Partial<Schedule>, timeZone: string, first: string, days = 1): string[] {
  const fromAt = instantAt(timeZone, first, 0)
  return spoken(openingHours(schedule(parts), timeZone, fromAt, instantAt(timeZone, first, days * 1440)))
}

describe('A time of day', () => {
  it('reads and writes HH:MM up to the end of the next day', () => {
    for (const [text, minutes] of [
      ['00:00', 0],
      ['09:05', 545],
      ['24:00', 1440],
      ['26:30', 1590],
      ['48:00', 2880],
    ] as const) {
      expect(parseMinutes(text)).toBe(minutes)
      expect(formatMinutes(minutes)).toBe(text)
    }
  })

  it('is not read from anything else', () => {
    const texts = ['', '9:00', '09:60', '48:01', '99:00', '09:00:00', ' 09:00', '-1:00', '09.00', '٠٩:٠٠']
    expect(texts.filter((text) => parseMinutes(text) !== undefined)).toEqual([])
  })
})

describe('A schedule that may be kept', () => {
  it('has breaks, nights over midnight and days that touch', () => {
    const kept = schedule({
      weekly: [
        weekly(5, '18:00', '26:00'),
        weekly(6, '02:00', '04:00'),
        weekly(1, '13:00', '17:00'),
        weekly(1, '09:00', '13:00'),
        weekly(7, '00:00', '24:00'),
      ],
      overrides: [
        { date: '2026-12-31', intervals: [hours('20:00', '28:00')] },
        { date: '2027-01-01', intervals: [hours('04:00', '05:00')] },
        { date: '2026-12-24', intervals: [] },
      ],
      timeOff: [
        { from: 1, to: 2 },
        { from: 1, to: 3, reason: 'holiday' },
      ],
    })
    expect(problemsOf(kept)).toEqual([])
  })

  it('may have a weekly night that reaches into a date with its own hours', () => {
    const kept = schedule({
      weekly: [weekly(5, '18:00', '26:00')],
      overrides: [{ date: '2026-11-21', intervals: [hours('00:00', '12:00')] }],
    })
    expect(problemsOf(kept)).toEqual([])
  })
})

describe('A schedule is refused', () => {
  it.each([
    [
      'for hours that end before they start',
      { weekly: [weekly(1, '09:00', '08:00')] },
      'weekly.0.start',
      'Start must be before end',
    ],
    [
      'for hours that take no time',
      { weekly: [weekly(1, '09:00', '09:00')] },
      'weekly.0.start',
      'Start must be before end',
    ],
    [
      'for a weekday that does not exist',
      { weekly: [weekly(8, '09:00', '10:00')] },
      'weekly.0.weekday',
      'Weekday must be 1 (Monday) to 7 (Sunday)',
    ],
    [
      'for hours beyond the next day',
      { weekly: [{ weekday: 1, startMinute: 0, endMinute: 2881 }] },
      'weekly.0.end',
      'End must be HH:MM, from 00:00 to 48:00',
    ],
    [
      'for hours before the day',
      { weekly: [{ weekday: 1, startMinute: -1, endMinute: 60 }] },
      'weekly.0.start',
      'Start must be HH:MM, from 00:00 to 48:00',
    ],
    [
      'for hours of a weekday that overlap',
      { weekly: [weekly(1, '09:00', '12:00'), weekly(1, '11:59', '13:00')] },
      'weekly.1.start',
      'Hours overlap with others',
    ],
    [
      'for a night that reaches into the hours of the next day',
      { weekly: [weekly(3, '00:30', '02:00'), weekly(2, '20:00', '25:00')] },
      'weekly.0.start',
      'Hours overlap with others',
    ],
    [
      'for a Sunday night that reaches into Monday',
      { weekly: [weekly(7, '20:00', '25:00'), weekly(1, '00:30', '02:00')] },
      'weekly.1.start',
      'Hours overlap with others',
    ],
    [
      'for hours that begin after midnight on top of the next day',
      { weekly: [weekly(7, '25:00', '26:00'), weekly(1, '01:30', '02:30')] },
      'weekly.1.start',
      'Hours overlap with others',
    ],
    [
      'for a date that does not exist',
      { overrides: [{ date: '2026-02-29', intervals: [] }] },
      'overrides.0.date',
      'Date must be a YYYY-MM-DD date',
    ],
    [
      'for a date given twice',
      {
        overrides: [
          { date: '2026-01-01', intervals: [] },
          { date: '2026-01-01', intervals: [] },
        ],
      },
      'overrides.1.date',
      'Date is given twice',
    ],
    [
      'for hours of a date that overlap',
      { overrides: [{ date: '2026-01-01', intervals: [hours('09:00', '12:00'), hours('10:00', '11:00')] }] },
      'overrides.0.intervals.1.start',
      'Hours overlap with others',
    ],
    [
      'for a date whose night reaches into the next date',
      {
        overrides: [
          { date: '2026-01-02', intervals: [hours('01:00', '02:00')] },
          { date: '2026-01-01', intervals: [hours('20:00', '26:00')] },
        ],
      },
      'overrides.0.intervals.0.start',
      'Hours overlap with others',
    ],
    [
      'for time off that ends before it begins',
      { timeOff: [{ from: 2, to: 2 }] },
      'timeOff.0.from',
      'From must be before to',
    ],
  ])('%s', (_, parts, field, message) => {
    expect(problemsOf(schedule(parts))).toEqual([{ field, message }])
  })

  it('with everything that is wrong at once', () => {
    const wrong = schedule({
      weekly: [weekly(0, '10:00', '09:00'), weekly(1, '09:00', '10:00')],
      timeOff: [{ from: 2, to: 1 }],
    })
    expect(problemsOf(wrong).map(({ field }) => field)).toEqual([
      'weekly.0.weekday',
      'weekly.0.start',
      'timeOff.0.from',
    ])
  })
})

describe('Opening hours', () => {
  const everyDay = (start: string, end: string) =>
    [1, 2, 3, 4, 5, 6, 7].map((weekday) => weekly(weekday, start, end))

  it('follow the clock on the wall through the year', () => {
    const nine = { weekly: everyDay('09:00', '17:00') }
    expect(open(nine, 'Europe/Berlin', '2026-03-28', 2)).toEqual(['03-28T08:00Z 480', '03-29T07:00Z 480'])
    expect(open(nine, 'Africa/Cairo', '2026-04-23', 2)).toEqual(['04-23T07:00Z 480', '04-24T06:00Z 480'])
    expect(open(nine, 'America/Havana', '2026-10-31', 2)).toEqual(['10-31T13:00Z 480', '11-01T14:00Z 480'])
  })

  it('past midnight belong to the date they begin on, whatever the next date says', () => {
    const late = { weekly: [weekly(5, '20:00', '26:00')], overrides: [{ date: '2026-11-21', intervals: [] }] }
    expect(open(late, 'UTC', '2026-11-20', 3)).toEqual(['11-20T20:00Z 360'])
  })

  it('of a night in which clocks go forward lose the hour that does not come', () => {
    const until = (end: string) =>
      open({ weekly: [weekly(6, '22:00', end)] }, 'Europe/Berlin', '2026-03-28', 3)
    expect(until('25:59')).toEqual(['03-28T21:00Z 239'])
    expect(until('26:00')).toEqual(['03-28T21:00Z 240'])
    expect(until('26:30')).toEqual(['03-28T21:00Z 270'])
    expect(until('27:00')).toEqual(['03-28T21:00Z 240'])
    expect(until('28:00')).toEqual(['03-28T21:00Z 300'])
  })

  it('of a night in which clocks go back gain the hour that comes twice', () => {
    const until = (end: string) =>
      open({ weekly: [weekly(6, '22:00', end)] }, 'Europe/Berlin', '2026-10-24', 3)
    expect(until('26:00')).toEqual(['10-24T20:00Z 240'])
    expect(until('26:30')).toEqual(['10-24T20:00Z 270'])
    expect(until('27:00')).toEqual(['10-24T20:00Z 360'])
  })

  it('reach over a clock change at midnight', () => {
    const late = { weekly: everyDay('22:00', '26:00') }
    expect(open(late, 'Africa/Cairo', '2026-04-23', 2)[1]).toBe('04-23T20:00Z 180')
    expect(open(late, 'America/Havana', '2026-10-31', 2)[1]).toBe('11-01T02:00Z 300')
    expect(open(late, 'America/Nuuk', '2026-03-28', 2)[1]).toBe('03-29T00:00Z 180')
  })

  it('do not exist on a date that a zone left out', () => {
    const on = (...weekdays: number[]) =>
      open(
        { weekly: weekdays.map((weekday) => weekly(weekday, '09:00', '17:00')) },
        'Pacific/Apia',
        '2011-12-29',
        3,
      )
    expect(on(4)).toEqual(['12-29T19:00Z 480'])
    expect(on(5)).toEqual([])
    expect(on(6)).toEqual(['12-30T19:00Z 480'])
  })

  it('that a clock change pushes into others are counted once', () => {
    const pushed = { weekly: [weekly(7, '02:00', '02:55'), weekly(7, '03:10', '03:30')] }
    expect(open(pushed, 'Europe/Berlin', '2026-03-29')).toEqual(['03-29T01:00Z 55'])
  })

  it('of a date with its own hours replace the weekly ones', () => {
    const parts = {
      weekly: everyDay('09:00', '17:00'),
      overrides: [
        { date: '2026-12-24', intervals: [hours('14:00', '15:00'), hours('10:00', '12:00')] },
        { date: '2026-12-25', intervals: [] },
      ],
    }
    expect(open(parts, 'UTC', '2026-12-23', 4)).toEqual([
      '12-23T09:00Z 480',
      '12-24T10:00Z 120',
      '12-24T14:00Z 60',
      '12-26T09:00Z 480',
    ])
  })

  it('that touch become one, around the clock and around the week', () => {
    expect(open({ weekly: everyDay('00:00', '24:00') }, 'Europe/Berlin', '2026-03-23', 14)).toEqual([
      '03-22T23:00Z 20100',
    ])
    expect(
      open({ weekly: [weekly(7, '22:00', '24:00'), weekly(1, '00:00', '02:00')] }, 'UTC', '2026-11-22', 2),
    ).toEqual(['11-22T22:00Z 240'])
  })

  it('are cut to the range asked for', () => {
    const nine = schedule({ weekly: everyDay('09:00', '17:00') })
    const cut = openingHours(nine, 'UTC', at('2026-01-01T16:00Z'), at('2026-01-02T09:30Z'))
    expect(spoken(cut)).toEqual(['01-01T16:00Z 60', '01-02T09:00Z 30'])
    expect(openingHours(nine, 'UTC', at('2026-01-01T17:00Z'), at('2026-01-02T09:00Z'))).toEqual([])
  })

  it('are thinned by time off, however it lies', () => {
    const off = (from: string, to: string) => ({
      from: at(`2026-01-05T${from}Z`),
      to: at(`2026-01-05T${to}Z`),
    })
    const left = (...timeOff: Interval[]) =>
      open(
        { weekly: [weekly(1, '09:00', '12:00'), weekly(1, '13:00', '17:00')], timeOff },
        'UTC',
        '2026-01-05',
      )
    expect(left(off('08:00', '09:00'), off('12:00', '13:00'), off('17:00', '18:00'))).toEqual([
      '01-05T09:00Z 180',
      '01-05T13:00Z 240',
    ])
    expect(left(off('11:00', '14:00'))).toEqual(['01-05T09:00Z 120', '01-05T14:00Z 180'])
    expect(left(off('15:00', '16:00'), off('14:00', '15:30'), off('10:00', '10:10'))).toEqual([
      '01-05T09:00Z 60',
      '01-05T10:10Z 110',
      '01-05T13:00Z 60',
      '01-05T16:00Z 60',
    ])
    expect(left(off('00:00', '23:00'))).toEqual([])
  })

  it('as they are written keep their own starts, even adjacent and in time off', () => {
    const parts = schedule({
      weekly: [weekly(1, '12:00', '17:00'), weekly(1, '09:00', '12:00')],
      timeOff: [{ from: at('2026-01-05T00:00Z'), to: at('2026-01-06T00:00Z') }],
    })
    expect(spoken(hoursBetween(parts, 'UTC', at('2026-01-05T11:00Z'), at('2026-01-05T13:00Z')))).toEqual([
      '01-05T09:00Z 180',
      '01-05T12:00Z 300',
    ])
  })
})
