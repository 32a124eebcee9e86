// A guest house of its own for each test: rooms, guests, and stays in them.
import { Database, inserting } from '#db/database.ts'
import { env } from 'cloudflare:workers'
import { resources } from '#db/resources.ts'
import { insertRoom } from '#db/rooms.ts'
import { newId } from '#domain/identifiers.ts'
import { ask } from '../../dialects/property/ask.ts'
import { aKey, aWorld } from '../../world.ts'
import type { Answer, World } from '../../world.ts'

export interface House extends World {
  key: string
  rooms: [number, ...number[]]
  guestId: number
}

/** Rooms for two of a business in Berlin, one guest, and a key that may do everything. */
export async function aHouse({ rooms = 1, timeZone = 'Europe/Berlin' } = {}): Promise<House> {
  const world = await aWorld({ timeZone, staff: 0 })
  const [first, ...others] = await someRooms(world, rooms)
  const guestId = await aGuest(world)
  return { ...world, key: (await aKey(world)).key, rooms: [first!, ...others], guestId }
}

export async function someRooms({ businessId, branchId }: World, count: number): Promise<number[]> {
  const now = Date.now()
  const ids = Array.from({ length: count }, () => newId(now))
  await new Database(env.DB, 'first-primary').commit(
    ids.flatMap((id, index) => [
      inserting(resources)({
        id,
        businessId,
        branchId,
        kind: 'room',
        name: `Room ${index + 1}`,
        title: null,
        email: null,
        phone: null,
        active: 1,
        archivedAt: null,
        createdAt: now,
        updatedAt: now,
      }),
      insertRoom({
        resourceId: id,
        businessId,
        persons: 2,
        maxAdults: 2,
        maxChildren: 0,
        form: 'double_room',
        roomTypeId: null,
        singleBeds: 0,
        doubleBeds: 1,
        extraBeds: 0,
        housekeeping: 'clean',
        housekeepingNotes: null,
        notes: null,
        color: null,
        square: null,
        squareUnit: 'm2',
        description: '{}',
        equipment: '[]',
        isOffered: 1,
      }),
    ]),
  )
  return ids
}

export async function aGuest({ businessId }: Pick<World, 'businessId'>): Promise<number> {
  const now = Date.now()
  const id = newId(now)
  await env.DB.prepare(
    `insert into customers ("id", "businessId", "name", "forename", "email", "kind", "details", "createdAt", "updatedAt")
     values (?, ?, 'Novak', 'Ana', 'ana@example.com', 'none', '{}', ?, ?)`,
  )
    .bind(id, businessId, now, now)
    .run()
  return id
}

/** What a reservation of the house's first room says, unless said otherwise. */
export function nightsOf(house: House, arrival: string, departure: string, rest: object = {}) {
  return { type: 'SINGLE', roomId: house.rooms[0], clientId: house.guestId, arrival, departure, ...rest }
}

export function book(house: House, arrival: string, departure: string, rest: object = {}): Promise<Answer> {
  return ask(house.key, 'POST', '/reservations', { body: nightsOf(house, arrival, departure, rest) })
}
