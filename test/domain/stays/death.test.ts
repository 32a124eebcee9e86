// The process dies before or after any of its waits while it takes or moves nights: then all of it happened or nothing,
// the locks and the database find together again, and the same request, sent once more, succeeds.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Context } from '#domain/context.ts'
import { cancelStay } from '#domain/stays/cancel-stay.ts'
import { placeStays } from '#domain/stays/place-stays.ts'
import { restoreStay } from '#domain/stays/restore-stay.ts'
import type { Stay } from '#domain/stays/stay.ts'
import { updateStay } from '#domain/stays/update-stay.ts'
import { aMinuteLater, dyingAt, expectAgreement } from '../../mortal.ts'
import { contextOf, query, setClock, settled } from '../../world.ts'
import { aHouse } from './house.ts'
import type { House } from './house.ts'

const take = (ctx: Context, house: House, roomIds: readonly number[]): Promise<Stay> =>
  placeStays(ctx, {
    businessId: house.businessId,
    kind: 'stay',
    arrivalOn: '2031-07-04',
    departureOn: '2031-07-11',
    roomIds,
    isGroup: true,
    customerId: house.guestId,
    contents: { kidsAges: [3] },
  })
const kept = ({ businessId }: House) =>
  query<{ status: string; resourceId: number; arrivalOn: string; groupId: number }>(
    `select status, resourceId, arrivalOn, groupId from bookings join stays on stays.bookingId = bookings.id
     where bookings.businessId = ? order by bookings.id`,
    businessId,
  )
const stand = async (house: House) => (await kept(house)).filter(({ status }) => status === 'confirmed')

interface Scene {
  given: (house: House) => Promise<Stay | undefined>
  verb: (ctx: Context, house: House, given: Stay | undefined) => Promise<unknown>
  /** How many of the three stays are as the verb leaves them. */
  done: (house: House) => Promise<number>
  all: number
}

const scenes: Record<string, Scene> = {
  'taking three rooms': {
    given: async () => undefined,
    verb: (ctx, house) => take(ctx, house, house.rooms),
    done: async (house) => (await stand(house)).length,
    all: 3,
  },
  'calling all of them off': {
    given: (house) => take(contextOf(house.owner), house, house.rooms),
    verb: (ctx, _, given) => cancelStay(ctx, { id: given!.id, withGroup: true }),
    done: async (house) => 3 - (await stand(house)).length,
    all: 3,
  },
  'bringing one back': {
    given: async (house) => {
      const stay = await take(contextOf(house.owner), house, [house.rooms[0]])
      await cancelStay(contextOf(house.owner), { id: stay.id })
      return stay
    },
    verb: (ctx, _, given) => restoreStay(ctx, { id: given!.id }),
    done: async (house) => (await stand(house)).length,
    all: 1,
  },
  'bringing all of them back': {
    given: async (house) => {
      const stay = await take(contextOf(house.owner), house, house.rooms)
      await cancelStay(contextOf(house.owner), { id: stay.id, withGroup: true })
      return stay
    },
    verb: (ctx, _, given) => restoreStay(ctx, { id: given!.id, withGroup: true }),
    done: async (house) => (await stand(house)).length,
    all: 3,
  },
  'moving one to another room and other nights': {
    given: (house) => take(contextOf(house.owner), house, [house.rooms[0]]),
    verb: (ctx, house, given) =>
      updateStay(ctx, {
        id: given!.id,
        businessId: house.businessId,
        roomId: house.rooms[1]!,
        arrivalOn: '2031-07-06',
        contents: {},
      }),
    done: async (house) => {
      const [stay] = await stand(house)
      const isMoved = stay?.resourceId === house.rooms[1]
      expect(stay?.arrivalOn).toBe(isMoved ? '2031-07-06' : '2031-07-04')
      return Number(isMoved)
    },
    all: 1,
  },
}

beforeEach(() => {
  setClock()
  // The dead leave warnings.
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
})

describe.each(Object.entries(scenes))('a death while %s', (_, { given: prepare, verb, done, all }) => {
  it('leaves all or nothing of it, and the request can be sent again', async () => {
    let deaths = 0
    for (let at = 1; ; at++) {
      setClock()
      const house = await aHouse({ rooms: 3 })
      const given = await prepare(house)
      await settled()
      if (!(await dyingAt(at, house.owner, (ctx) => verb(ctx, house, given)))) break
      deaths += 1

      expect([0, all]).toContain(await done(house))
      await aMinuteLater(house, house.rooms)
      await expectAgreement(house, house.rooms)
      if ((await done(house)) === 0) await verb(contextOf(house.owner), house, given)
      await settled()
      await aMinuteLater(house, house.rooms)
      await expectAgreement(house, house.rooms)
      expect(await done(house)).toBe(all)
      // Every booking has its group, its stay, and no step twice.
      const [counts] = await query(
        `select (select count(*) from bookings where businessId = ?1) as bookings,
           (select count(*) from stays where businessId = ?1) as stays,
           (select count(distinct groupId) from bookings where businessId = ?1) as groups,
           (select count(*) from bookingGroups where businessId = ?1) as rows`,
        house.businessId,
      )
      expect(counts).toEqual({ bookings: counts!.stays, stays: counts!.stays, groups: 1, rows: 1 })
    }
    expect(deaths).toBeGreaterThanOrEqual(8)
  })
})
