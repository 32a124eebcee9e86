// Random commands against a naive model: no overlap ever, nothing refused that is free.
import fc from 'fast-check'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Booking } from '#domain/bookings/booking.ts'
import { cancelBooking } from '#domain/bookings/cancel-booking.ts'
import { changeBookingStatus } from '#domain/bookings/change-booking-status.ts'
import { changeAppointment } from '#domain/appointments/change-appointment.ts'
import { createBooking } from '#domain/appointments/create-booking.ts'
import { expireBookings } from '#domain/bookings/expire-bookings.ts'
import { holdSlot } from '#domain/appointments/hold-slot.ts'
import { removeBooking } from '#domain/bookings/remove-booking.ts'
import { restoreBooking } from '#domain/bookings/restore-booking.ts'
import { updateBooking } from '#domain/appointments/update-booking.ts'
import { DomainError } from '#domain/errors.ts'
import { evictDurableObject } from 'cloudflare:test'
import {
  aWorld,
  contextOf,
  hours,
  lockOf,
  minutes,
  monday,
  setClock,
  settled,
  whoHolds,
} from '../../world.ts'
import type { World } from '../../world.ts'

beforeEach(() => setClock())

const step = 15 * minutes
/** Sixteen starts from ten o'clock on. */
const start = fc.integer({ min: 0, max: 15 }).map((index) => monday + 2 * hours + index * step)
const which = fc.nat({ max: 30 })
/** Never more than the class has. */
const units = fc.constantFrom(1, 1, 1, 2, 3)

const command = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('book' as const), start, units }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('hold' as const),
      start,
      units,
      minutes: fc.integer({ min: 1, max: 15 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('confirm' as const), which }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('move' as const), which, start }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('seats' as const), which, units }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('cancel' as const), which }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('restore' as const), which }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('remove' as const), which }) },
  // By the business's own hand: to stand from then on, whatever it was and wherever.
  { weight: 2, arbitrary: fc.record({ type: fc.constant('put' as const), which, start }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('sweep' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('evict' as const) }) },
)
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

/** What anybody would write down on paper: who has which time, how many seats, and until when. */
interface Entry {
  id: number
  from: number
  to: number
  units: number
  until: number
  state: 'held' | 'confirmed' | 'gone' | 'removed'
}

class Paper {
  readonly entries: Entry[] = []
  readonly #length: number
  readonly #capacity: number

  constructor(length: number, capacity: number) {
    this.#length = length
    this.#capacity = capacity
  }

  standing(): Entry[] {
    return this.entries.filter(
      ({ state, until }) => (state === 'held' || state === 'confirmed') && until > Date.now(),
    )
  }

  fits(from: number, wanted: number, except?: number): boolean {
    const others = this.standing().filter(({ id }) => id !== except)
    const present = others.filter((entry) => entry.from < from + this.#length && from < entry.to)
    const taken = present.reduce((sum, entry) => sum + entry.units, 0)
    return present.every((entry) => entry.from === from) && taken + wanted <= this.#capacity
  }

  pick(index: number): Entry | undefined {
    return this.entries[index % Math.max(1, this.entries.length)]
  }
}

async function attempted<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof DomainError && ['conflict', 'not_found'].includes(error.kind)) return undefined
    throw error
  }
}

interface Rules {
  length: number
  capacity: number
}

async function run(world: World, paper: Paper, { length, capacity }: Rules, action: Command): Promise<void> {
  const ctx = contextOf(world.owner)
  const { businessId, serviceId } = world
  const seats = (asked: number) => Math.min(asked, capacity)
  const wish = (asked: { start: number; units: number }) => {
    return { businessId, serviceId, startAt: asked.start, units: seats(asked.units) }
  }
  const entered = (booking: Booking, state: Entry['state'], until = Infinity) =>
    paper.entries.push({
      id: booking.id,
      from: booking.startAt,
      to: booking.startAt + length,
      units: booking.units,
      until,
      state,
    })

  if (action.type === 'book') {
    const isFree = paper.fits(action.start, seats(action.units))
    const booking = await attempted(createBooking(ctx, wish(action)))
    expect(booking !== undefined).toBe(isFree)
    if (booking) entered(booking, 'confirmed')
  } else if (action.type === 'hold') {
    const isFree = paper.fits(action.start, seats(action.units))
    const booking = await attempted(holdSlot(ctx, { ...wish(action), ttlSeconds: action.minutes * 60 }))
    expect(booking !== undefined).toBe(isFree)
    if (booking) entered(booking, 'held', Date.now() + action.minutes * minutes)
  } else if (action.type === 'wait') {
    vi.setSystemTime(Date.now() + action.minutes * minutes)
  } else if (action.type === 'sweep') {
    await expireBookings(contextOf())
  } else if (action.type === 'evict') {
    await whoHolds(world)
    await evictDurableObject(lockOf(world))
  } else {
    const entry = paper.pick(action.which)
    if (!entry) return
    const isStanding = paper.standing().includes(entry)
    if (action.type === 'cancel') {
      const done = await attempted(cancelBooking(ctx, { id: entry.id }))
      // What is cancelled already is answered as it is.
      expect(done !== undefined).toBe(isStanding || entry.state === 'gone')
      if (done) entry.state = 'gone'
    } else if (action.type === 'confirm') {
      const done = await attempted(changeBookingStatus(ctx, { id: entry.id, status: 'confirmed' }))
      expect(done !== undefined).toBe(isStanding && entry.state === 'held')
      if (done) Object.assign(entry, { state: 'confirmed', until: Infinity })
    } else if (action.type === 'move') {
      const isFree = isStanding && paper.fits(action.start, entry.units, entry.id)
      const done = await attempted(updateBooking(ctx, { id: entry.id, startAt: action.start }))
      if (isStanding && action.start === entry.from) return
      expect(done !== undefined).toBe(isFree)
      if (done && isFree) Object.assign(entry, { from: action.start, to: action.start + length })
    } else if (action.type === 'seats') {
      const asked = seats(action.units)
      const isFree = isStanding && paper.fits(entry.from, asked, entry.id)
      const done = await attempted(updateBooking(ctx, { id: entry.id, units: asked }))
      expect(done !== undefined).toBe(isFree)
      if (done) entry.units = asked
    } else if (action.type === 'remove') {
      const done = await attempted(removeBooking(ctx, { id: entry.id }).then(() => true))
      expect(done !== undefined).toBe(entry.state !== 'removed')
      entry.state = 'removed'
    } else if (action.type === 'put') {
      const isFree = entry.state !== 'removed' && paper.fits(action.start, entry.units, entry.id)
      const put = { id: entry.id, startAt: action.start, status: 'confirmed' } as const
      const done = await attempted(changeAppointment(ctx, put))
      expect(done !== undefined).toBe(isFree)
      if (!done) return
      const { start: from } = action
      Object.assign(entry, { state: 'confirmed', until: Infinity, from, to: from + length })
    } else {
      const isFree = !isStanding && entry.state !== 'removed' && paper.fits(entry.from, entry.units, entry.id)
      const done = await attempted(restoreBooking(ctx, { id: entry.id }))
      expect(done !== undefined).toBe(isFree)
      if (done) Object.assign(entry, { state: 'confirmed', until: Infinity })
    }
  }
  await settled()
}

describe('a resource under random commands', () => {
  it.each([
    { capacity: 1, buffer: 0 },
    { capacity: 1, buffer: 10 },
    { capacity: 3, buffer: 0 },
    { capacity: 3, buffer: 10 },
  ])(
    'never overlaps and never refuses what is free (capacity $capacity, buffer $buffer)',
    async ({ capacity, buffer }) => {
      await fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 25 }), async (commands) => {
          setClock()
          const service = {
            durationMinutes: 40,
            slotIntervalMinutes: 5,
            bufferAfterMinutes: buffer,
            capacity,
          }
          const world = await aWorld({ service })
          const length = (40 + buffer) * minutes
          const paper = new Paper(length, capacity)
          for (const action of commands) {
            await run(world, paper, { length, capacity }, action)
            const expected = paper.standing().map(({ id, from, to }) => [id, from, to])
            const { lock, database } = await whoHolds(world)
            const sorted = expected.toSorted(([a = 0], [b = 0]) => a - b)
            expect(database).toEqual(sorted)
            // A lock that nobody has asked yet is empty, and reads the database when it is.
            if (lock.length > 0 || sorted.length === 0) expect(lock).toEqual(sorted)
          }
        }),
        { numRuns: 25, seed: 20310303 },
      )
    },
  )
})

/** Several people at once: how many of them book, hold, confirm their holds, are checked in, put off and call off. */
const round = fc.record({
  book: fc.nat({ max: 3 }),
  hold: fc.nat({ max: 3 }),
  confirm: fc.nat({ max: 3 }),
  checkIn: fc.nat({ max: 2 }),
  putOff: fc.nat({ max: 2 }),
  cancel: fc.nat({ max: 2 }),
})

describe('a class under many steps at once', () => {
  it('keeps the place of everybody who has one, and gives away every place that is free', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 3, maxLength: 8 }), async (rounds) => {
        setClock()
        const capacity = 5
        const world = await aWorld({ service: { capacity } })
        const ctx = contextOf(world.owner)
        const wish = {
          businessId: world.businessId,
          serviceId: world.serviceId,
          startAt: monday + 2 * hours,
        }
        const present: { id: number; state: 'held' | 'confirmed' | 'rescheduling' | 'checked_in' }[] = []

        for (const { book, hold, confirm, checkIn, putOff, cancel } of rounds) {
          const free = capacity - present.length
          const idle = [...present]
          const taken = (count: number, ...states: (typeof present)[number]['state'][]) => {
            const chosen = idle.filter(({ state }) => states.includes(state)).slice(0, count)
            for (const entry of chosen) idle.splice(idle.indexOf(entry), 1)
            return chosen
          }
          const changed =
            (status: 'confirmed' | 'rescheduling' | 'checked_in') => (entry: (typeof present)[number]) =>
              changeBookingStatus(ctx, { id: entry.id, status }).then(() => {
                entry.state = status
              })
          const leaving = taken(cancel, 'confirmed', 'rescheduling', 'held')
          const steps = [
            ...taken(confirm, 'held').map((entry) =>
              createBooking(ctx, { ...wish, holdId: entry.id }).then(() => {
                entry.state = 'confirmed'
              }),
            ),
            ...taken(confirm, 'rescheduling').map(changed('confirmed')),
            ...taken(checkIn, 'confirmed').map(changed('checked_in')),
            ...taken(putOff, 'confirmed').map(changed('rescheduling')),
            ...leaving.map(({ id }) => cancelBooking(ctx, { id })),
          ]
          const newcomers = [
            ...Array.from({ length: book }, () => attempted(createBooking(ctx, wish))),
            ...Array.from({ length: hold }, () => attempted(holdSlot(ctx, { ...wish, ttlSeconds: 900 }))),
          ]
          // Nobody waits for the lock to be told what became of the others.
          const [made] = await Promise.all([Promise.all(newcomers), Promise.all(steps)])
          const sold = made.filter((booking) => booking !== undefined)
          expect(sold.length).toBeGreaterThanOrEqual(Math.min(free, newcomers.length))
          expect(sold.length).toBeLessThanOrEqual(Math.min(free + leaving.length, newcomers.length))

          for (const entry of leaving) present.splice(present.indexOf(entry), 1)
          for (const { id, status } of sold)
            present.push({ id, state: status === 'held' ? 'held' : 'confirmed' })
          await settled()
          const { lock, database } = await whoHolds(world)
          expect(database.map(([id]) => id)).toEqual(present.map(({ id }) => id).sort((a, b) => a - b))
          if (lock.length > 0 || database.length === 0) expect(lock).toEqual(database)
        }
      }),
      { numRuns: 20, seed: 20310303 },
    )
  })
})
