import { describe, expect, it } from 'vitest'
import {
  addDays,
  dateAt,
  instantAt,
  isDate,
  isTimeZone,
  wallClockAt,
  weekdayOf,
} from '#domain/schedules/wall-clock.ts'

const MINUTE = 60_000
const DAY = 86_400_000

// Days around which clocks change, or famously do not.
const DAYS: [timeZone: string, ...dates: string[]][] = [
  ['Europe/Berlin', '2026-03-29', '2026-10-25'],
  ['Europe/London', '2026-03-29', '2026-10-25'],
  ['Europe/Dublin', '2026-03-29', '2026-10-25'],
  ['Europe/Chisinau', '2026-03-29', '2026-10-25'],
  ['Europe/Lisbon', '2026-03-29', '2026-10-25'],
  ['Europe/Helsinki', '2026-03-29', '2026-10-25'],
  ['Atlantic/Azores', '2026-03-29', '2026-10-25'],
  ['Antarctica/Troll', '2026-03-29', '2026-10-25'],
  ['America/Nuuk', '2026-03-28', '2026-10-24'],
  ['America/Scoresbysund', '2026-03-28', '2026-10-24'],
  ['America/New_York', '2026-03-08', '2026-11-01'],
  ['America/Chicago', '2026-03-08', '2026-11-01'],
  ['America/Denver', '2026-03-08', '2026-11-01'],
  ['America/Los_Angeles', '2026-03-08', '2026-11-01'],
  ['America/Anchorage', '2026-03-08', '2026-11-01'],
  ['America/Halifax', '2026-03-08', '2026-11-01'],
  ['America/St_Johns', '2026-03-08', '2026-11-01'],
  ['America/Havana', '2026-03-08', '2026-11-01'],
  ['America/Port-au-Prince', '2026-03-08', '2026-11-01'],
  ['America/Santiago', '2026-04-04', '2026-09-06'],
  ['Pacific/Easter', '2026-04-04', '2026-09-05'],
  ['Australia/Sydney', '2026-04-05', '2026-10-04'],
  ['Australia/Adelaide', '2026-04-05', '2026-10-04'],
  ['Australia/Lord_Howe', '2026-04-05', '2026-10-04'],
  ['Pacific/Auckland', '2026-04-05', '2026-09-27'],
  ['Pacific/Chatham', '2026-04-05', '2026-09-27'],
  ['Pacific/Norfolk', '2026-04-05', '2026-10-04'],
  ['Asia/Beirut', '2026-03-29', '2026-10-24'],
  ['Africa/Cairo', '2026-04-24', '2026-10-29'],
  ['Asia/Jerusalem', '2026-03-27', '2026-10-25'],
  ['Africa/Casablanca', '2025-02-23', '2025-04-06'],
  ['America/Asuncion', '2024-03-23', '2023-10-01'],
  ['America/Sao_Paulo', '2018-02-17', '2018-11-04'],
  ['Asia/Tehran', '2022-03-22', '2022-09-21'],
  // Clocks that changed once and for all, by odd amounts or at odd hours.
  ['America/Caracas', '2016-05-01'],
  ['America/Goose_Bay', '2010-03-14', '2010-11-07'],
  ['Asia/Dhaka', '2009-06-19', '2009-12-31'],
  ['Asia/Pyongyang', '2015-08-14', '2018-05-04'],
  ['Pacific/Apia', '2011-12-30'],
  ['Pacific/Fakaofo', '2011-12-30'],
  ['Pacific/Kwajalein', '1993-08-21'],
  // Clocks that never change, at offsets of all kinds.
  ['UTC', '2026-03-29'],
  ['Asia/Kathmandu', '2026-03-29'],
  ['Asia/Kolkata', '2026-10-25'],
  ['Asia/Tokyo', '2026-03-08'],
  ['Pacific/Kiritimati', '2026-01-01'],
  ['Pacific/Pago_Pago', '2026-01-01'],
]

/** Every minute around a date with what a wall clock shows then, read off Intl and nothing else. Both in epoch minutes. */
function readClocks(timeZone: string, date: string): { minute: number; wall: number }[] {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  const noon = Date.parse(`${date}T12:00Z`) / MINUTE
  return Array.from({ length: 6 * 1440 }, (_, index) => {
    const minute = noon - 3 * 1440 + index
    const [month, day, year, hours, minutes] = format
      .format(minute * MINUTE)
      .match(/\d+/g)!
      .map(Number)
    return { minute, wall: Date.UTC(year!, month! - 1, day, hours, minutes) / MINUTE }
  })
}

/** The minute at which the clocks show `wall`: the first such, or, when they skip it, as if they had not been changed. */
function lookUp(clocks: { minute: number; wall: number }[]): (wall: number) => number {
  const first = new Map<number, number>()
  for (const { minute, wall } of clocks) if (!first.has(wall)) first.set(wall, minute)
  return (wall) => {
    const shown = first.get(wall)
    if (shown !== undefined) return shown
    const after = clocks.findIndex(
      (clock, index) => index > 0 && clock.wall > wall && clocks[index - 1]!.wall < wall,
    )
    const before = clocks[after - 1]!
    return before.minute + (wall - before.wall)
  }
}

describe('Wall clocks of the world', () => {
  for (const [timeZone, ...dates] of DAYS) {
    it(`agree with a minute by minute reading in ${timeZone} around ${dates.join(' and ')}`, () => {
      const wrong: string[] = []
      for (const day of dates) {
        const clocks = readClocks(timeZone, day)
        const expected = lookUp(clocks)
        for (const date of [addDays(day, -1), day, addDays(day, 1)]) {
          for (let minutes = 0; minutes <= (date > day ? 1440 : 2880); minutes += 5) {
            const at = instantAt(timeZone, date, minutes)
            if (at !== expected(Date.parse(date) / MINUTE + minutes) * MINUTE) {
              wrong.push(`${date} + ${minutes} is not ${new Date(at).toISOString()}`)
            }
          }
        }
        for (const { minute, wall } of clocks.filter((_, index) => index % 7 === 0)) {
          const at = minute * MINUTE
          const clock = wallClockAt(timeZone, at)
          const shown = Date.parse(`${clock.date}T00:00Z`) / MINUTE + clock.minutes
          const isRight =
            shown === wall &&
            clock.date === dateAt(timeZone, at) &&
            clock.text.slice(0, 16) === new Date(wall * MINUTE).toISOString().slice(0, 16) &&
            clock.text.endsWith(clock.offset) &&
            Date.parse(clock.text) === at
          if (!isRight) wrong.push(`${new Date(at).toISOString()} does not read ${JSON.stringify(clock)}`)
        }
      }
      expect(wrong).toEqual([])
    })
  }

  it.each([
    ['Europe/Berlin', '2026-03-29', '02:30', '2026-03-29T01:30:00.000Z'],
    ['Europe/Berlin', '2026-10-25', '02:30', '2026-10-25T00:30:00.000Z'],
    ['Europe/Berlin', '2026-10-24', '27:00', '2026-10-25T02:00:00.000Z'],
    ['America/New_York', '2026-03-08', '15:00', '2026-03-08T19:00:00.000Z'],
    ['America/Havana', '2026-03-08', '00:00', '2026-03-08T05:00:00.000Z'],
    ['America/Havana', '2026-11-01', '00:30', '2026-11-01T04:30:00.000Z'],
    ['Africa/Cairo', '2026-04-24', '00:15', '2026-04-23T22:15:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:45:00.000Z'],
    ['Asia/Kathmandu', '2026-07-01', '09:00', '2026-07-01T03:15:00.000Z'],
    ['Pacific/Apia', '2011-12-29', '24:00', '2011-12-30T10:00:00.000Z'],
    ['Pacific/Apia', '2011-12-31', '00:00', '2011-12-30T10:00:00.000Z'],
  ])('in %s on %s at %s is %s', (timeZone, date, time, instant) => {
    const [hours, minutes] = time.split(':').map(Number)
    expect(new Date(instantAt(timeZone, date, hours! * 60 + minutes!)).toISOString()).toBe(instant)
  })

  it('give an offset with the time, whichever side of Greenwich', () => {
    const at = Date.parse('2026-01-01T12:03:07.250Z')
    expect(wallClockAt('Asia/Kathmandu', at)).toEqual({
      date: '2026-01-01',
      minutes: 17 * 60 + 48,
      offset: '+05:45',
      text: '2026-01-01T17:48:07+05:45',
    })
    expect(wallClockAt('America/St_Johns', at).text).toBe('2026-01-01T08:33:07-03:30')
    expect(wallClockAt('UTC', at).text).toBe('2026-01-01T12:03:07+00:00')
  })

  it('refuse a zone they do not know', () => {
    expect(() => instantAt('Europe/Atlantis', '2026-01-01', 0)).toThrow(RangeError)
    expect(() => dateAt('Europe/Atlantis', 0)).toThrow(RangeError)
  })

  it('stay right when far more days are asked for than are remembered', () => {
    const first = instantAt('Asia/Tokyo', '2000-01-01', 0)
    for (let day = 0; day < 60_000; day++) {
      if (instantAt('UTC', addDays('1950-01-01', day), 0) !== Date.parse('1950-01-01') + day * DAY)
        expect.fail(`day ${day}`)
    }
    expect(instantAt('Asia/Tokyo', '2000-01-01', 0)).toBe(first)
  })
})

describe('Dates', () => {
  it('have a weekday from Monday 1 to Sunday 7, before 1970 too', () => {
    expect(['2026-03-02', '2026-03-08', '1970-01-01', '1969-12-28', '2000-02-29'].map(weekdayOf)).toEqual([
      1, 7, 4, 7, 2,
    ])
  })

  it('count over months, years and leap days', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29')
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28')
    expect(addDays('2026-03-29', 0)).toBe('2026-03-29')
  })

  it('are only what the calendar has, written in full', () => {
    expect(['2026-02-28', '2024-02-29', '0001-01-01'].map(isDate)).toEqual([true, true, true])
    expect(
      ['2026-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '2026-01-01T00:00', ' 2026-01-01', ''].some(
        isDate,
      ),
    ).toBe(false)
  })
})

describe('A time zone', () => {
  it('is a name that IANA knows', () => {
    const names = [
      'UTC',
      'Europe/Berlin',
      'Asia/Kathmandu',
      'America/Argentina/Buenos_Aires',
      'Asia/Calcutta',
      'Etc/GMT+5',
    ]
    expect(names.filter((name) => !isTimeZone(name))).toEqual([])
  })

  it('is neither an offset nor an abbreviation nor a misspelling', () => {
    const names = [
      '+02:00',
      '-05',
      '+0530',
      'CEST',
      'Europe/Atlantis',
      'europe/berlin',
      'utc',
      ' UTC',
      'Europe/',
      'Z',
      '',
    ]
    expect(names.filter(isTimeZone)).toEqual([])
  })
})
