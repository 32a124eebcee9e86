// The search reads a calendar in another form than explaining and booking do: all three must say the same.
import fc from 'fast-check'
import { beforeEach, expect, it } from 'vitest'
import { explainSlot, findSlots } from '#domain/availability/find-slots.ts'
import {
  aService,
  aWorld,
  contextOf,
  days,
  hours,
  minutes,
  monday,
  query,
  setClock,
  write,
} from '../../world.ts'
import type { World } from '../../world.ts'

beforeEach(() => setClock())

let bookings = 0

/** Whatever the calendar holds; what overlaps where it should not is not let in. */
async function occupy(world: World, entry: object): Promise<void> {
  const row = {
    id: ++bookings,
    businessId: world.businessId,
    branchId: world.branchId,
    kind: 'appointment',
    timeZone: 'UTC',
    status: 'confirmed',
    paymentStatus: 'unpaid',
    priceMinor: 0,
    currency: 'EUR',
    discountMinor: 0,
    paidMinor: 0,
    customFields: '{}',
    cardToken: String(bookings).padStart(22, '0'),
    version: 1,
    createdAt: 0,
    updatedAt: monday,
    ...entry,
  }
  const columns = Object.keys(row)
  await query(
    `insert into bookings (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    ...Object.values(row),
  ).catch((error: unknown) => {
    if (!String(error).includes('slot_taken')) throw error
  })
}

const entry = fc.record({
  whose: fc.nat(1),
  which: fc.nat(1),
  startMinute: fc.integer({ min: -60, max: 26 * 60 }),
  lengthMinutes: fc.integer({ min: 5, max: 180 }),
  oddMs: fc.constantFrom(0, 0, 0, 1),
  units: fc.integer({ min: 1, max: 3 }),
  holds: fc.constantFrom(null, null, -5, 5),
})

it.each([1, 3])(
  'what is offered is what explains as free, with %i places',
  async (capacity) => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 14 }), async (entries) => {
        const service = { capacity, bufferAfterMinutes: 10, slotIntervalMinutes: 20 }
        const world = await aWorld({ staff: 2, service })
        const other = world.serviceId + 1_000_000
        await write(aService({ id: other, businessId: world.businessId }))
        for (const { whose, which, startMinute, lengthMinutes, oddMs, units, holds } of entries) {
          const startAt = monday + hours + startMinute * minutes + oddMs
          const endAt = startAt + lengthMinutes * minutes
          await occupy(world, {
            resourceId: world.staffIds[whose],
            serviceId: which === 0 ? world.serviceId : other,
            startAt,
            endAt,
            blockedFromAt: startAt,
            blockedToAt: endAt,
            units: Math.min(units, capacity),
            capacity,
            ...(holds !== null && { status: 'held', expiresAt: monday + holds * minutes }),
          })
        }
        // One that has lasted for days.
        await occupy(world, {
          kind: 'block',
          resourceId: world.staffIds[1],
          startAt: monday - 10 * days,
          endAt: monday + 4 * hours,
          blockedFromAt: monday - 10 * days,
          blockedToAt: monday + 4 * hours,
          units: 1,
          capacity: 1,
        })
        const { businessId, serviceId } = world
        const ctx = contextOf(world.owner)
        const range = { fromAt: monday, toAt: monday + 10 * hours }
        const { slots } = await findSlots(ctx, { businessId, serviceId, ...range })
        const offered = new Map(slots.map(({ startAt, staffIds }) => [startAt, staffIds]))
        for (let startAt = range.fromAt; startAt < range.toAt; startAt += 20 * minutes) {
          const told = await explainSlot(ctx, { businessId, serviceId, startAt })
          const free = told.filter(({ refusal }) => refusal === null).map(({ resourceId }) => resourceId)
          expect(offered.get(startAt) ?? []).toEqual(free)
        }
      }),
      { numRuns: 12, seed: 20310303 },
    )
  },
  60_000,
)
