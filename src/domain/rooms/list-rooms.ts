import { roomsOfBusiness } from '#db/rooms.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import { dateAt } from '#domain/schedules/wall-clock.ts'
import { toRoom } from './room.ts'
import type { Room } from './room.ts'

/** What a room must be like; dates are on its own calendar. */
export interface RoomFilter {
  /** Parts of its name, and of its description in any language. */
  name?: string | undefined
  description?: string | undefined
  /** Any of these. */
  equipment?: readonly string[] | undefined
  roomTypeId?: number | undefined
  persons?: number | undefined
  maxAdults?: number | undefined
  maxChildren?: number | undefined
  singleBeds?: number | undefined
  doubleBeds?: number | undefined
  extraBeds?: number | undefined
  isLocked?: boolean | undefined
  isOffered?: boolean | undefined
  createdOn?: string | undefined
  updatedOn?: string | undefined
  /** ms since 1970 */
  updatedFrom?: number | undefined
}

export const roomOrders = ['id', 'name', 'persons', 'createdAt', 'updatedAt'] as const

export interface RoomOrder {
  by: (typeof roomOrders)[number]
  isDescending: boolean
}

/**
 * Rooms of a business, for its members and keys only: not_found for everybody else. A business has few of them, so all are
 * read and looked through here.
 */
export async function listRooms(
  ctx: Context,
  { businessId, ...filter }: RoomFilter & { businessId: number },
  order: RoomOrder,
  page: PageRequest,
): Promise<Page<Room>> {
  const { found } = await ctx.read({ found: roomsOfBusiness({ businessId, now: ctx.clock.now() }) })
  if (!actsInside(ctx.actor, businessId)) throw businessNotFound()
  const direction = order.isDescending ? -1 : 1
  const rooms = found
    .map(toRoom)
    .filter((room) => fits(room, filter))
    .toSorted((a, b) => direction * (compare(a[order.by], b[order.by]) || a.id - b.id))
  const from = (page.page - 1) * page.limit
  return toPage(page, rooms.slice(from, from + page.limit + 1), rooms.length, ({ id }) => [id])
}

const exactly = [
  'roomTypeId',
  'persons',
  'maxAdults',
  'maxChildren',
  'singleBeds',
  'doubleBeds',
  'extraBeds',
  'isLocked',
  'isOffered',
] as const

function fits(room: Room, filter: RoomFilter): boolean {
  const { name, description, equipment, createdOn, updatedOn, updatedFrom } = filter
  const isOn = (day: string | undefined, at: number) => day === undefined || dateAt(room.timeZone, at) === day
  return (
    exactly.every((field) => filter[field] === undefined || filter[field] === room[field]) &&
    has(room.name, name) &&
    (description === undefined || Object.values(room.description).some((text) => has(text, description))) &&
    (equipment === undefined || equipment.some((word) => room.equipment.includes(word))) &&
    isOn(createdOn, room.createdAt) &&
    isOn(updatedOn, room.updatedAt) &&
    (updatedFrom === undefined || room.updatedAt >= updatedFrom)
  )
}

function has(text: string, part: string | undefined): boolean {
  return part === undefined || text.toLowerCase().includes(part.toLowerCase())
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'string' && typeof b === 'string' ? a.localeCompare(b) : Number(a) - Number(b)
}
