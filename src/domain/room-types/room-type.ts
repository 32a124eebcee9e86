import { ConstraintError } from '#db/database.ts'
import type { Row } from '#db/database.ts'
import type { roomTypes } from '#db/room-types.ts'
import { DomainError } from '#domain/errors.ts'
import { parseOwn } from '#domain/json.ts'

type Columns = Row<typeof roomTypes>

/** What rooms that are let as one have in common: texts by language, beds, square metres, how many it takes. */
export type RoomType = Omit<Columns, 'description' | 'equipment' | 'archivedAt'> & {
  description: Record<string, string>
  equipment: string[]
}

export interface RoomTypeDetails {
  form: string
  description?: Record<string, string> | undefined
  singleBeds?: number | undefined
  doubleBeds?: number | undefined
  extraBeds?: number | undefined
  square?: number | null | undefined
  maxAdults?: number | undefined
  maxChildren?: number | undefined
  maxPersons?: number | undefined
  equipment?: string[] | undefined
}

export function toRoomType({ description, equipment, archivedAt: _, ...plain }: Columns): RoomType {
  return {
    ...plain,
    description: parseOwn<Record<string, string>>(description),
    equipment: parseOwn<string[]>(equipment),
  }
}

export function toRow({ description, equipment, ...plain }: RoomType): Columns {
  return {
    ...plain,
    description: JSON.stringify(description),
    equipment: JSON.stringify(equipment),
    archivedAt: null,
  }
}

/** The room type with what is said of it now. Throws invalid when more adults than persons are to fit in. */
export function withDetails(before: RoomType, said: Partial<RoomTypeDetails>): RoomType {
  const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
  const after = { ...before, ...given }
  if (after.maxAdults <= after.maxPersons) return after
  const message = 'Max adults must not be more than max people'
  throw new DomainError('request.validation_failed', { message, errors: [{ field: 'maxAdults', message }] })
}

export function roomTypeNotFound(): DomainError {
  return new DomainError('room_type.not_found')
}

/** What the database refused about a room type, in words. */
export function roomTypeRefusal(error: unknown): unknown {
  if (!(error instanceof ConstraintError)) return error
  const { constraint } = error
  if (constraint === 'too_many_room_types') return new DomainError('room_type.too_many', { cause: error })
  if (constraint === 'room_type_in_use') return new DomainError('room_type.in_use', { cause: error })
  return error
}
