// What a list of rooms costs does not depend on who has been there.
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { roomsOfBusiness } from '#db/rooms.ts'
import { days, monday, query, setClock } from '../../world.ts'
import { aHouse, book } from '../stays/house.ts'

it('a list of rooms looks at their locks, and at none of their stays', async () => {
  setClock()
  const house = await aHouse({ rooms: 20 })
  await book(house, '2031-03-01', '2031-03-09', { type: 'LOCK', clientId: undefined })
  const read = async () => {
    const { text, values } = roomsOfBusiness({ businessId: house.businessId, now: monday })
    const { results, meta } = await env.DB.prepare(text)
      .bind(...values)
      .all<{ isLocked: number }>()
    expect(results.map(({ isLocked }) => isLocked)).toEqual([1, ...Array.from({ length: 19 }, () => 0)])
    return meta.rows_read
  }
  const few = await read()
  await query(
    `with recursive n(i) as (select 2 union all select i + 1 from n where i < 300)
     insert into bookings (id, businessId, branchId, kind, resourceId, customerId, startAt, endAt, blockedFromAt, blockedToAt,
       units, capacity, timeZone, status, paymentStatus, priceMinor, currency, discountMinor, paidMinor, customFields, cardToken,
       version, createdAt, updatedAt)
     select i * 1000 + row_number() over (), ?1, ?2, 'stay', resources.id, ?3, ?4 - i * ?5, ?4 - (i - 1) * ?5, ?4 - i * ?5,
       ?4 - (i - 1) * ?5, 1, 1, 'Europe/Berlin', 'confirmed', 'unpaid', 0, 'EUR', 0, 0, '{}',
       printf('%022d', i * 1000000 + row_number() over ()), 1, i, i
     from n, resources where businessId = ?1 and resources.id <> ?6`,
    house.businessId,
    house.branchId,
    house.guestId,
    monday,
    days,
    house.rooms[0],
  )
  expect(await read()).toBe(few)
})
