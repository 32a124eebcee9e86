// The process dies before or after any of its waits while it takes or moves nights: then all of it happened or nothing,
// the locks and the database find together again, and the same request, sent once more, succeeds.
import { runDurableObjectAlarm } from 'cloudflare:test'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { announceForgotten } from '#domain/events/announce-forgotten.ts'
import { cancelStay } from '#domain/stays/cancel-stay.ts'
import { placeStays } from '#domain/stays/place-stays.ts'
import { restoreStay } from '#domain/stays/restore-stay.ts'
import type { Stay } from '#domain/stays/stay.ts'
import { updateStay } from '#domain/stays/update-stay.ts'
import { dispatchEvents } from '#domain/webhooks/dispatch-events.ts'
import { Death, mortal } from '../../mortal.ts'
import { contextOf, lockOf, query, setClock, settled, whoHolds } from '../../world.ts'
import { aHouse } from './house.ts'
import type { House } from './house.ts'

async function aMinuteLater(house: House): Promise<void> {
  vi.setSystemTime(Date.now() + 61_000)
  for (const roomId of house.rooms) await runDurableObjectAlarm(lockOf(house, roomId))
  const system = contextOf()
  await announceForgotten(system)
  const waiting = await query<{ id: number }>('select id from events where dispatchedAt is null')
  await dispatchEvents(
    system,
    waiting.map(({ id }) => id),
  )
  await settled()
}

async function expectAgreement(house: House): Promise<void> {
  for (const roomId of house.rooms) {
    const { lock, database } = await whoHolds(house, roomId)
    expect(lock).toEqual(database)
  }
}

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
    verb: (ctx, _, given) => restoreStay(ctx, given!.id),
    done: async (house) => (await stand(house)).length,
    all: 1,
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
      let died = () => false
      const ctx = contextOf(house.owner, (ports) => {
        const frail = mortal(ports, at)
        died = frail.died
        return frail.ports
      })
      await verb(ctx, house, given).catch((error: unknown) => {
        if (!(error instanceof Death || (error instanceof DomainError && error.kind === 'unavailable')))
          throw error
      })
      await settled()
      if (!died()) break
      deaths += 1

      expect([0, all]).toContain(await done(house))
      await aMinuteLater(house)
      await expectAgreement(house)
      if ((await done(house)) === 0) await verb(contextOf(house.owner), house, given)
      await settled()
      await aMinuteLater(house)
      await expectAgreement(house)
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
