// A night in a room is sold once, whoever asks for it at the same time and in whichever way.
import { beforeEach, describe, expect, it } from 'vitest'
import { newCardToken } from '#domain/bookings/card-token.ts'
import { recordBooking } from '#domain/bookings/record-booking.ts'
import { placeStays } from '#domain/stays/place-stays.ts'
import type { Stay } from '#domain/stays/stay.ts'
import { DomainError } from '#domain/errors.ts'
import { ask } from '../../dialects/property/ask.ts'
import { contextOf, hours, query, setClock, settled, whoHolds } from '../../world.ts'
import { aHouse, book } from './house.ts'
import type { House } from './house.ts'

beforeEach(() => setClock())

const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).sort((a, b) => a - b)
const times = (count: number, status: number): number[] => Array.from({ length: count }, () => status)

async function standing({ businessId }: House): Promise<{ resourceId: number; arrivalOn: string }[]> {
  return query(
    `select resourceId, arrivalOn from bookings join stays on stays.bookingId = bookings.id
     where bookings.businessId = ? and status = 'confirmed' order by resourceId, arrivalOn`,
    businessId,
  )
}

/** The locks know what the database does, of every room. */
async function expectAgreement(house: House): Promise<void> {
  await settled()
  for (const roomId of house.rooms) {
    const { lock, database } = await whoHolds(house, roomId)
    expect(lock).toEqual(database)
  }
}

const place = (house: House, wish: Partial<Parameters<typeof placeStays>[1]> = {}): Promise<Stay> =>
  placeStays(contextOf(house.owner), {
    businessId: house.businessId,
    kind: 'stay',
    arrivalOn: '2031-07-04',
    departureOn: '2031-07-11',
    roomIds: [house.rooms[0]],
    isGroup: false,
    customerId: house.guestId,
    contents: {},
    ...wish,
  })
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'good',
    (error: unknown) => (error instanceof DomainError ? error.code : error),
  )

describe('one night', () => {
  it('of 30 who ask for it goes to one', async () => {
    const house = await aHouse()
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => book(house, '2031-07-04', '2031-07-05')),
    )
    expect(statuses(answers)).toEqual([201, ...times(29, 409)])
    expect(await standing(house)).toHaveLength(1)
  })

  it('of many stays that overlap in it is in one of them', async () => {
    const house = await aHouse()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const from = String(1 + (index % 10)).padStart(2, '0')
        const to = String(12 + (index % 7)).padStart(2, '0')
        return book(
          house,
          `2031-07-${from}`,
          `2031-07-${to}`,
          index % 3 ? {} : { type: 'LOCK', clientId: undefined },
        )
      }),
    )
    expect(statuses(answers)).toEqual([201, ...times(19, 409)])
    expect(await standing(house)).toHaveLength(1)
  })

  it('goes to the one who restores, or to the one who comes new', async () => {
    const house = await aHouse()
    const { body } = await book(house, '2031-07-04', '2031-07-11')
    const { reservationId } = body.data
    for (let round = 0; round < 5; round++) {
      for (const { id } of await query<{ id: number }>(
        `select id from bookings where businessId = ? and status = 'confirmed'`,
        house.businessId,
      )) {
        expect((await ask(house.key, 'DELETE', `/reservations/${id}`)).status).toBe(204)
      }
      const answers = await Promise.all([
        ask(house.key, 'POST', `/reservations/${reservationId}/restore`),
        book(house, '2031-07-10', '2031-07-12'),
      ])
      expect(answers.filter(({ status }) => status < 300)).toHaveLength(1)
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(1)
      expect(await standing(house)).toHaveLength(1)
    }
  })

  it('that is given up is free for the next request', async () => {
    const house = await aHouse()
    const { body } = await book(house, '2031-07-04', '2031-07-11')
    const path = `/reservations/${body.data.reservationId}`
    expect((await ask(house.key, 'PATCH', path, { body: { departure: '2031-07-08' } })).status).toBe(200)
    expect((await book(house, '2031-07-08', '2031-07-11')).status).toBe(201)
    expect((await ask(house.key, 'DELETE', path)).status).toBe(204)
    expect((await book(house, '2031-07-04', '2031-07-08')).status).toBe(201)
  })
})

describe('a group of rooms', () => {
  it('takes none of five when one of them is taken, and leaves no trace', async () => {
    const house = await aHouse({ rooms: 5 })
    await place(house, { roomIds: [house.rooms[3]!], arrivalOn: '2031-07-10', departureOn: '2031-07-12' })
    expect(await codeOf(place(house, { roomIds: house.rooms, isGroup: true }))).toBe('booking.slot_taken')
    expect(await standing(house)).toHaveLength(1)
    expect(await query('select id from bookingGroups where businessId = ?', house.businessId)).toEqual([])
    await expectAgreement(house)
    for (const roomId of house.rooms.filter((id) => id !== house.rooms[3])) {
      await place(house, { roomIds: [roomId] })
    }
  })

  it('never meets another half-way, in whichever order they name their rooms', async () => {
    for (let round = 0; round < 5; round++) {
      const house = await aHouse({ rooms: 5 })
      const outcomes = await Promise.all([
        codeOf(place(house, { roomIds: house.rooms, isGroup: true })),
        codeOf(place(house, { roomIds: house.rooms.toReversed(), isGroup: true })),
      ])
      expect(new Set(outcomes)).toEqual(new Set(['booking.slot_taken', 'good']))
      expect(await standing(house)).toHaveLength(5)
      await expectAgreement(house)
    }
  })
})

describe('a room that is let by the hour, too', () => {
  const meeting = (house: House, startAt: number): Promise<Stay> => {
    const now = Date.now()
    return place(house, { arrivalOn: '2035-01-01', departureOn: '2035-01-02' }).then((stay) =>
      recordBooking(contextOf(house.owner), {
        after: {
          ...stay,
          id: contextOf().newId(),
          kind: 'appointment',
          serviceId: house.serviceId,
          startAt,
          endAt: startAt + hours,
          blockedFromAt: startAt,
          blockedToAt: startAt + hours,
          cardToken: newCardToken(),
          createdAt: now,
          updatedAt: now,
        },
      }),
    )
  }

  it('is not let for an hour of a night that is sold, nor for a night of which an hour is', async () => {
    const house = await aHouse({ timeZone: 'UTC' })
    await place(house)
    expect(await codeOf(meeting(house, Date.UTC(2031, 6, 6, 10)))).toBe('booking.slot_taken')
    const other = await aHouse({ timeZone: 'UTC' })
    await meeting(other, Date.UTC(2031, 6, 6, 10))
    expect(await codeOf(place(other))).toBe('booking.slot_taken')
    await place(other, { departureOn: '2031-07-06' })
    await place(other, { arrivalOn: '2031-07-07', departureOn: '2031-07-08' })
  })
})

describe('a night in which clocks change', () => {
  it.each([
    // 23 hours in spring, 25 in autumn; in Santiago it is midnight itself that does not come.
    ['Europe/Berlin', '2031-03-29', '2031-03-30', '2031-03-31', 23],
    ['Europe/Berlin', '2031-10-25', '2031-10-26', '2031-10-27', 25],
    ['America/Santiago', '2031-09-06', '2031-09-07', '2031-09-08', 23],
  ])('in %s is one night as any other: %s', async (timeZone, before, day, after, length) => {
    const house = await aHouse({ timeZone })
    const { startAt, endAt } = await place(house, { arrivalOn: day, departureOn: after })
    expect((endAt - startAt) / hours).toBe(length)
    await place(house, { arrivalOn: before, departureOn: day })
    await place(house, { arrivalOn: after, departureOn: '2031-12-24' })
    expect(await codeOf(place(house, { arrivalOn: before, departureOn: after }))).toBe('booking.slot_taken')
    const { body } = await ask(house.key, 'GET', '/reservations', { query: { orderBy: 'arrival' } })
    expect(body.data.map(({ arrival, departure }: Record<string, string>) => [arrival, departure])).toEqual([
      [before, day],
      [day, after],
      [after, '2031-12-24'],
    ])
  })
})
