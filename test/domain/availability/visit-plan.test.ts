// The parts of a visit one after the other, against every choice of people there is.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { whyNotFree } from '#domain/availability/explain-slot.ts'
import { freeAt } from '#domain/availability/free-at.ts'
import type { ServiceRules, StaffAgenda, Taken } from '#domain/availability/free-slots.ts'
import { visitPlanner } from '#domain/availability/visit-plan.ts'

const minute = 60_000
const nine = Date.UTC(2026, 0, 5, 9)
const weekly = [
  { weekday: 1, startMinute: 540, endMinute: 780 },
  { weekday: 1, startMinute: 800, endMinute: 1020 },
]

const grid = (most: number) => fc.nat({ max: most / 5 }).map((steps) => steps * 5)
const entry = fc
  .record({
    start: grid(420),
    length: grid(60).map((length) => length + 5),
    serviceId: fc.constantFrom(1, 2, 3, null),
    units: fc.constantFrom(1, 2),
    expires: fc.constantFrom(null, null, -1, 1),
  })
  .map(({ start, length, serviceId, units, expires }): Taken => {
    const from = nine + start * minute
    const expiresAt = expires === null ? null : nine - 60 * minute + expires
    return { from, to: from + length * minute, startAt: from, units, serviceId, expiresAt }
  })
const calendar = fc.record({
  taken: fc.array(entry, { maxLength: 6 }),
  timeOff: fc.array(fc.tuple(grid(420), grid(60)), { maxLength: 1 }).map((times) =>
    times.map(([from, length]) => ({
      from: nine + from * minute,
      to: nine + (from + length) * minute,
      reason: null,
    })),
  ),
})
const rules = (id: number) =>
  fc.record({
    id: fc.constant(id),
    durationMinutes: grid(60).map((length) => length + 5),
    bufferBeforeMinutes: fc.constantFrom(0, 0, 10),
    bufferAfterMinutes: fc.constantFrom(0, 0, 15, 40),
    capacity: fc.constantFrom(1, 1, 3),
    slotIntervalMinutes: fc.constant(5),
    minNoticeMinutes: fc.constantFrom(0, 90),
    maxAdvanceDays: fc.constant(null),
  })
const parts = fc
  .integer({ min: 1, max: 4 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => rules((index % 3) + 1))))
const people = fc.array(calendar, { minLength: 1, maxLength: 3 }).map((all): StaffAgenda[] =>
  all.map(({ taken, timeOff }, index) => {
    return { id: index + 1, timeZone: 'UTC', schedule: { weekly, overrides: [], timeOff }, taken }
  }),
)
const now = nine - 60 * minute
const starts = Array.from({ length: 20 }, (_, index) => nine + index * 25 * minute)

const free = (service: ServiceRules, staff: StaffAgenda, startAt: number) =>
  whyNotFree({ now, startAt, service, staff, anyStart: true }) === null

/** Whether any choice of one person for each part lets all of them follow one another. */
function canBe(services: readonly ServiceRules[], staff: readonly StaffAgenda[], startAt: number): boolean {
  const choices = services.reduce<StaffAgenda[][]>(
    (all, _) => all.flatMap((chosen) => staff.map((next) => [...chosen, next])),
    [[]],
  )
  return choices.some((chosen) => {
    let at = startAt
    const until = new Map<number, number>()
    return services.every((service, index) => {
      const who = chosen[index]!
      at = Math.max(at, (until.get(who.id) ?? -Infinity) + service.bufferBeforeMinutes * minute)
      if (!free(service, who, at)) return false
      at += service.durationMinutes * minute
      until.set(who.id, at + service.bufferAfterMinutes * minute)
      return true
    })
  })
}

describe('The parts of a visit', () => {
  it('find somebody for each exactly where there is a choice of people for all', () => {
    fc.assert(
      fc.property(parts, people, (services, staff) => {
        const planAt = visitPlanner(
          services.map((service) => ({ service, staff })),
          (part, agenda, at) => free(services[part]!, agenda, at),
        )
        for (const startAt of starts) {
          expect(planAt(startAt) !== undefined).toBe(canBe(services, staff, startAt))
        }
      }),
      { numRuns: 150, seed: 20260105 },
    )
  })

  it('begin when the one before ends, and by the same person once the buffers are over', () => {
    fc.assert(
      fc.property(parts, people, (services, staff) => {
        const planAt = visitPlanner(
          services.map((service) => ({ service, staff })),
          (part, agenda, at) => free(services[part]!, agenda, at),
        )
        for (const startAt of starts) {
          const plan = planAt(startAt) ?? []
          const blocked = plan.map(({ agenda, ...part }, index) => ({
            id: agenda.id,
            from: part.startAt - services[index]!.bufferBeforeMinutes * minute,
            to: part.endAt + services[index]!.bufferAfterMinutes * minute,
          }))
          for (const [index, part] of plan.entries()) {
            expect(free(services[index]!, part.agenda, part.startAt)).toBe(true)
            const own = blocked.slice(0, index).filter(({ id }) => id === part.agenda.id)
            const before = services[index]!.bufferBeforeMinutes * minute
            const earliest = [plan[index - 1]?.endAt ?? startAt, ...own.map(({ to }) => to + before)]
            expect(part.startAt).toBe(Math.max(...earliest))
            expect(own.every(({ to }) => to <= blocked[index]!.from)).toBe(true)
          }
        }
      }),
      { numRuns: 150, seed: 20260106 },
    )
  })

  it('go to whoever need not be waited for, and else by turn', () => {
    const service: ServiceRules = {
      id: 1,
      durationMinutes: 30,
      bufferBeforeMinutes: 0,
      bufferAfterMinutes: 10,
      capacity: 1,
      slotIntervalMinutes: null,
      minNoticeMinutes: 0,
      maxAdvanceDays: null,
    }
    const staff = [1, 2].map((id): StaffAgenda => {
      return { id, timeZone: 'UTC', schedule: { weekly, overrides: [], timeOff: [] }, taken: [] }
    })
    const people2 = [service, service, service].map((each) => ({ service: each, staff }))
    const plan = visitPlanner(people2, () => true)(nine)
    expect(plan?.map(({ agenda, startAt }) => [agenda.id, (startAt - nine) / minute])).toEqual([
      [1, 0],
      [2, 30],
      [1, 60],
    ])
    const alone = visitPlanner(people2, (_, { id }) => id === 1)(nine)
    expect(alone?.map(({ startAt }) => (startAt - nine) / minute)).toEqual([0, 40, 80])
  })

  it('are looked for in bounded time where nobody fits in the end', () => {
    let asked = 0
    const service = {
      id: 1,
      durationMinutes: 30,
      bufferBeforeMinutes: 0,
      bufferAfterMinutes: 0,
      capacity: 1,
      slotIntervalMinutes: null,
      minNoticeMinutes: 0,
      maxAdvanceDays: null,
    }
    const staff = Array.from({ length: 200 }, (_, id): StaffAgenda => {
      return { id, timeZone: 'UTC', schedule: { weekly, overrides: [], timeOff: [] }, taken: [] }
    })
    const eight = Array.from({ length: 8 }, () => ({ service, staff }))
    const planAt = visitPlanner(eight, (part) => {
      asked += 1
      return part < 7
    })
    expect(planAt(nine)).toBeUndefined()
    expect(asked).toBeLessThanOrEqual(8 * 200)
  })
})

describe('Whether somebody is free at one start after another', () => {
  it('is what is said of each start by itself', () => {
    fc.assert(
      fc.property(rules(1), calendar, fc.array(grid(400), { maxLength: 3 }), (service, own, full) => {
        const { taken, timeOff } = own
        // Times that leave no room for anybody come as borders, or one by one: it is the same.
        const borders: number[] = []
        for (const start of full.toSorted((one, other) => one - other)) {
          const from = nine + start * minute
          if (from > (borders.at(-1) ?? -Infinity)) borders.push(from, from + 30 * minute)
        }
        const blocks = borders.flatMap((from, index): Taken[] => {
          return index % 2 ? [] : [{ from, to: borders[index + 1]!, startAt: from, units: 1, serviceId: 9 }]
        })
        const staff = { id: 1, timeZone: 'UTC', schedule: { weekly, overrides: [], timeOff }, taken }
        const span = { fromAt: nine - 60 * minute, toAt: nine + 600 * minute, now }
        const isFree = freeAt(service, { ...staff, busy: borders }, span)
        for (let at = span.fromAt; at < span.toAt; at += 5 * minute) {
          expect(isFree(at)).toBe(free(service, { ...staff, taken: [...taken, ...blocks] }, at))
        }
      }),
      { numRuns: 300, seed: 20260107 },
    )
  })
})
