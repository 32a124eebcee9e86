// What a list of reservations costs does not depend on how many a house has had.
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { deleteSourceRow } from '#db/sources.ts'
import { stayList } from '#db/stays.ts'
import type { StayFilter, StayOrder } from '#db/stays.ts'
import { days, monday, query, setClock } from '../../world.ts'
import { aHouse } from './house.ts'
import type { House } from './house.ts'

let house: House
/** Ids smaller than any that is made. */
let first = 1_000_000_000
beforeEach(async () => {
  setClock()
  house = await aHouse({ rooms: 2 })
})

/** Stays of a night each, one after another, the first today; each was made a second after the one before. */
async function crowd(count: number, { businessId, branchId, rooms, guestId } = house, status = 'confirmed') {
  const [from, to] = [first, (first += count) - 1]
  await query(
    `with recursive n(i) as (select ?1 union all select i + 1 from n where i < ?2)
     insert into bookings (id, businessId, branchId, kind, resourceId, customerId, startAt, endAt, blockedFromAt, blockedToAt,
       units, capacity, timeZone, status, paymentStatus, priceMinor, currency, discountMinor, paidMinor, customFields, sourceId,
       cardToken, version, createdAt, updatedAt)
     select i, ?3, ?4, 'stay', ?5, ?6, ?7 + i * ?8, ?7 + (i + 1) * ?8, ?7 + i * ?8, ?7 + (i + 1) * ?8,
       1, 1, 'Europe/Berlin', ?9, 'unpaid', 0, 'EUR', 0, 0, '{}', 1, printf('%022d', i), 1, i * 1000, i * 1000 from n`,
    from,
    to,
    businessId,
    branchId,
    rooms[0],
    guestId,
    monday - 1_000_000_000 * days,
    days,
    status,
  )
  await query(
    `insert into stays (bookingId, businessId, arrivalOn, departureOn, adults, children, meal, details)
     select id, businessId, date(startAt / 1000, 'unixepoch'), date(endAt / 1000, 'unixepoch'), 1, 0, 'none', '{}'
     from bookings where businessId = ? and id between ? and ?`,
    businessId,
    from,
    to,
  )
}

async function rowsRead(filter: Partial<StayFilter>, order: Partial<StayOrder>): Promise<number> {
  const list = stayList(
    { businessId: house.businessId, ...filter },
    { by: 'id', isDescending: false, ...order },
    { page: 1, limit: 20 },
    100,
  )
  const results = Object.values(list).map(({ text, values }) =>
    env.DB.prepare(text)
      .bind(...values)
      .all(),
  )
  return (await Promise.all(results)).reduce((sum, { meta }) => sum + meta.rows_read, 0)
}

const orders = (['id', 'arrivalOn', 'departureOn', 'updatedAt'] as const).flatMap((by) => [
  { by, isDescending: false },
  { by, isDescending: true },
])
const [longAgo, never] = ['1990-01-01', '2999-01-01']
/** Each by itself: what finds all of the crowd, and what finds none of it. */
const filters: Record<string, (house: House) => Partial<StayFilter>> = {
  'all of them': () => ({}),
  'locks as well': () => ({ includesBlocks: true }),
  'some by their ids': () => ({ ids: [7, 8] }),
  'those of a group': () => ({ groupId: 7 }),
  'those in a room': ({ rooms }) => ({ resourceId: rooms[0] }),
  'those in another room': ({ rooms }) => ({ resourceId: rooms[1] }),
  'those of a guest': ({ guestId }) => ({ customerId: guestId }),
  'those of nobody': () => ({ customerId: 7 }),
  'those of a source': () => ({ sourceId: 1 }),
  'those of a source without any': () => ({ sourceId: 5 }),
  'those unpaid': () => ({ paymentStatuses: ['not_required', 'unpaid'] }),
  'those paid': () => ({ paymentStatuses: ['paid'] }),
  'those that arrive on a day': () => ({ arrivalOn: never }),
  'those that arrive from a day on': () => ({ arrivalFromOn: longAgo }),
  'those that leave on a day': () => ({ departureOn: never }),
  'those that leave by a day': () => ({ departureToOn: never }),
  'those between two days': () => ({ arrivalFromOn: longAgo, departureToOn: never }),
  'those between days when nobody came': () => ({ arrivalFromOn: never, departureToOn: never }),
  'those made on a day': () => ({ createdBetween: [0, days] }),
  'those changed on a day': () => ({ updatedBetween: [0, days] }),
  'those changed since': () => ({ updatedFrom: 0 }),
}

describe('a list', () => {
  it.each(Object.entries(filters))('of %s reads no more among many', async (_, filter) => {
    const read = async () => {
      const rows: Record<string, number> = {}
      for (const order of orders) {
        rows[`by ${order.by}${order.isDescending ? ' descending' : ''}`] = await rowsRead(
          filter(house),
          order,
        )
      }
      return rows
    }
    await crowd(300)
    const few = await read()
    await crowd(900)
    await crowd(900, await aHouse())
    expect(await read()).toEqual(few)
    // Of each that is counted: where it was found, its stay, its booking; and the page.
    expect(Math.max(...Object.values(few))).toBeLessThan(1_300)
  })
})

it('a source that is deleted is looked for in none of the reservations of others', async () => {
  await crowd(900)
  await query(
    `insert into sources (businessId, id, name, isCustom) values (?, 99, 'Fair', 1)`,
    house.businessId,
  )
  const { text, values } = deleteSourceRow({ businessId: house.businessId, id: 99 })
  const { meta } = await env.DB.prepare(text)
    .bind(...values)
    .run()
  expect(meta.rows_read).toBeLessThan(10)
})
