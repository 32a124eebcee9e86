import { ConstraintError } from '#db/database.ts'
import type { RoomRow } from '#db/rooms.ts'
import { DomainError } from '#domain/errors.ts'
import { parseOwn } from '#domain/json.ts'

export { housekeepings, squareUnits } from '#db/rooms.ts'

/** A room by the night; instants in ms since 1970. */
export interface Room extends Omit<RoomRow, 'description' | 'equipment' | 'isOffered' | 'isLocked'> {
  /** Texts by language, `default` for all others. */
  description: Record<string, string>
  equipment: string[]
  isOffered: boolean
  /** Whether something other than a stay keeps everybody out at this moment. */
  isLocked: boolean
}

/** What can be said of a room. */
export interface RoomDetails {
  name: string
  persons: number
  /** Null is the first one of the business. */
  branchId?: number | null | undefined
  maxAdults?: number | undefined
  maxChildren?: number | undefined
  form?: string | undefined
  roomTypeId?: number | null | undefined
  singleBeds?: number | undefined
  doubleBeds?: number | undefined
  extraBeds?: number | undefined
  housekeeping?: Room['housekeeping'] | undefined
  housekeepingNotes?: string | null | undefined
  notes?: string | null | undefined
  color?: string | null | undefined
  square?: number | null | undefined
  squareUnit?: Room['squareUnit'] | undefined
  description?: Record<string, string> | undefined
  equipment?: string[] | undefined
  isOffered?: boolean | undefined
}

/** What a room is as long as nobody says otherwise. */
export const plainRoom = {
  maxChildren: 0,
  form: 'room',
  roomTypeId: null,
  singleBeds: 0,
  doubleBeds: 0,
  extraBeds: 0,
  housekeeping: 'clean',
  housekeepingNotes: null,
  notes: null,
  color: null,
  square: null,
  squareUnit: 'm2',
  description: {},
  equipment: [],
  isOffered: true,
} as const

export function toRoom({ description, equipment, isOffered, isLocked, ...row }: RoomRow): Room {
  return {
    ...row,
    description: parseOwn<Record<string, string>>(description),
    equipment: parseOwn<string[]>(equipment),
    isOffered: isOffered === 1,
    isLocked: isLocked === 1,
  }
}

/** The columns of a room beside those that every resource has. */
export function roomColumnsOf(room: Room) {
  return {
    resourceId: room.id,
    businessId: room.businessId,
    persons: room.persons,
    maxAdults: room.maxAdults,
    maxChildren: room.maxChildren,
    form: room.form,
    roomTypeId: room.roomTypeId,
    singleBeds: room.singleBeds,
    doubleBeds: room.doubleBeds,
    extraBeds: room.extraBeds,
    housekeeping: room.housekeeping,
    housekeepingNotes: room.housekeepingNotes,
    notes: room.notes,
    color: room.color,
    square: room.square,
    squareUnit: room.squareUnit,
    description: JSON.stringify(room.description),
    equipment: JSON.stringify(room.equipment),
    isOffered: Number(room.isOffered),
  }
}

/** Throws invalid for a room in which more adults can be than people. */
export function requirePossible({ persons, maxAdults }: Pick<Room, 'persons' | 'maxAdults'>): void {
  if (maxAdults <= persons) return
  const message = 'Max adults must not be more than persons'
  throw new DomainError('request.validation_failed', { message, errors: [{ field: 'maxAdults', message }] })
}

/** What the database refused about a room, in words. */
export function roomRefusal(error: unknown): unknown {
  if (!(error instanceof ConstraintError)) return error
  if (error.constraint === 'too_many_resources') return new DomainError('room.too_many', { cause: error })
  if (error.constraint !== 'room_type_gone') return error
  const message = 'Room type not found'
  return new DomainError('request.validation_failed', {
    message,
    errors: [{ field: 'roomTypeId', message }],
    cause: error,
  })
}

export function roomNotFound(cause?: unknown): DomainError {
  return new DomainError('room.not_found', { cause })
}
