import { beforeEach, describe, expect, it } from 'vitest'
import { aKey, aWorld, hours, iso, minutes, monday, query, setClock } from '../../world.ts'
import { call } from '../../world.ts'
import type { World } from '../../world.ts'
import { aRecord, dataOf, refusalOf } from './ask.ts'

let world: World
let rk: string

const open = async (options: Parameters<typeof aWorld>[0] = {}) => {
  world = await aWorld(options)
  rk = (await aKey(world)).key
}

beforeEach(async () => {
  setClock()
  await open({ service: { durationMinutes: 60 } })
})

const place = () => ({
  branch_id: world.branchId,
  cooperator_id: world.staffIds[0],
  service_id: world.serviceId,
})
type Schedule = Record<string, Record<string, { available: boolean }>>
const schedule = (fields: object = {}): Promise<Schedule> =>
  dataOf(rk, 'get-schedule', { ...place(), ...fields })
const allDay = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 0, endMinute: 1440 }))

describe('a schedule', () => {
  it('has every start of 31 days from today, of those that are still to come', async () => {
    setClock(monday + 4 * hours + 30 * minutes)
    const found = await schedule()
    const dates = Object.keys(found)
    expect([dates.length, dates[0], dates.at(-1)]).toEqual([31, '2031-03-03', '2031-04-02'])
    expect(Object.keys(found['2031-03-03']!)).toEqual(['13:00', '14:00', '15:00', '16:00'])
    expect(found['2031-04-02']).toEqual(
      Object.fromEntries(
        ['09', '10', '11', '12', '13', '14', '15', '16'].map((hour) => [`${hour}:00`, { available: true }]),
      ),
    )
  })

  it('says of each whether it is free, and can show those alone that are, or are not', async () => {
    await dataOf(rk, 'create-record', aRecord(world, { record: '2031-03-04 10:15' }))
    const onThatDay = async (fields: object) => (await schedule(fields))['2031-03-04']
    const all = await onThatDay({})
    expect(all).toMatchObject({
      '09:00': { available: true },
      '10:00': { available: false },
      '11:00': { available: false },
      '12:00': { available: true },
    })
    expect(await onThatDay({ only_available: 0 })).toEqual({
      '10:00': { available: false },
      '11:00': { available: false },
    })
    const free = await onThatDay({ only_available: '1' })
    expect(free).toEqual(Object.fromEntries(Object.entries(all!).filter(([, { available }]) => available)))
  })

  it('says that a time off is none', async () => {
    await query(
      'insert into timeOff (businessId, resourceId, fromAt, toAt) values (?, ?, ?, ?)',
      world.businessId,
      world.staffIds[0],
      monday + 2 * hours,
      monday + 3 * hours,
    )
    const today = (await schedule())['2031-03-03']
    expect(today).toMatchObject({ '09:00': { available: true }, '10:00': { available: false } })
  })

  it('offers what create-record takes, by the same clock', async () => {
    await open({ timeZone: 'Asia/Novosibirsk', service: { minNoticeMinutes: 600 } })
    // It is three in the afternoon there.
    const [[date, times] = ['', {}]] = Object.entries(await schedule())
    expect([date, Object.keys(times)[0]]).toEqual(['2031-03-03', '15:30'])
    const { id } = await dataOf(rk, 'create-record', aRecord(world, { record: `${date} 15:30` }))
    const { body } = await call('GET', `/api/bookings/${id}`, { token: world.owner.token })
    expect(body.startTime).toBe(iso(monday + 30 * minutes))
    expect((await schedule())[date]).toMatchObject({ '15:30': { available: false } })
  })

  it('has each time of a day once when clocks are set back, and none that they skip', async () => {
    setClock(Date.UTC(2031, 2, 29, 12))
    await open({ timeZone: 'Europe/Berlin', weekly: allDay, service: { durationMinutes: 60 } })
    const forward = (await schedule())['2031-03-30']!
    expect(Object.keys(forward)).toHaveLength(23)
    expect(forward['02:00']).toBeUndefined()
    setClock(Date.UTC(2031, 9, 25, 12))
    const back = (await schedule())['2031-10-26']!
    expect(Object.keys(back)).toHaveLength(24)
  })

  it('is whole however fine its grid is', async () => {
    await open({ weekly: allDay, service: { durationMinutes: 5 } })
    const found = await schedule()
    expect(Object.values(found).reduce((sum, times) => sum + Object.keys(times).length, 0)).toBe(
      30 * 288 + 16 * 12 - 1,
    )
  })

  it('has no days on which nobody works', async () => {
    await open({ weekly: [{ weekday: 3, startMinute: 600, endMinute: 660 }] })
    expect(Object.keys(await schedule())).toEqual([
      '2031-03-05',
      '2031-03-12',
      '2031-03-19',
      '2031-03-26',
      '2031-04-02',
    ])
    await query('delete from schedules where resourceId = ?', world.staffIds[0])
    expect(await schedule()).toEqual({})
  })

  it.each(['branch_id', 'cooperator_id', 'service_id'])(
    'must be asked for by a %s that there is',
    async (field) => {
      const theirs = await aWorld()
      const foreign = {
        branch_id: theirs.branchId,
        cooperator_id: theirs.staffIds[0],
        service_id: theirs.serviceId,
      }
      const noun = { branch_id: 'Branch', cooperator_id: 'Cooperator', service_id: 'Service' }[field]
      const ask = (value: unknown) => refusalOf(rk, 'get-schedule', { ...place(), [field]: value })
      expect(await ask(undefined)).toBe(`Field "${field}" is required`)
      expect(await ask('x')).toBe(`Field "${field}" is invalid`)
      expect(await ask(1)).toBe(`${noun} not found`)
      expect(await ask(Reflect.get(foreign, field))).toBe(`${noun} not found`)
    },
  )

  it.each([2, 'yes'])('is not asked for with only_available %o', async (value) => {
    expect(await refusalOf(rk, 'get-schedule', { ...place(), only_available: value })).toBe(
      'Field "only_available" is invalid',
    )
  })
})
