import { z } from '@hono/zod-openapi'
import type { RoomType, RoomTypeDetails } from '#domain/room-types/room-type.ts'
import { equipment, form } from './rooms.wire.ts'
import { id, textByLanguage } from './wire.ts'

const count = z.int().min(0).max(1_000)

const fields = {
  type: form,
  description: textByLanguage(2_000).optional(),
  singleBed: count.optional(),
  doubleBed: count.optional(),
  extraBed: count.optional(),
  square: z.number().min(0).max(1_000_000).nullable().optional(),
  maxAdults: count.optional(),
  maxChildren: count.optional(),
  maxPeople: z.int().min(1).max(1_000).optional(),
  equipment: z.array(equipment).max(equipment.options.length).optional(),
}

export const newRoomType = z
  .strictObject(fields)
  .openapi('NewRoomType', { example: { type: 'DOUBLE_ROOM', doubleBed: 1, maxPeople: 2 } })
/** An answer may be sent back as a change: which room type it is, the path says. */
export const roomTypeChanges = z
  .strictObject({ ...fields, roomTypeId: id })
  .partial()
  .openapi('RoomTypeChanges', { example: { maxPeople: 3, extraBed: 1 } })

/** What is given, in the domain's words. */
export function toRoomTypeDetails(given: z.infer<typeof newRoomType>): RoomTypeDetails
export function toRoomTypeDetails(given: z.infer<typeof roomTypeChanges>): Partial<RoomTypeDetails>
export function toRoomTypeDetails(given: z.infer<typeof roomTypeChanges>): Partial<RoomTypeDetails> {
  const { type, description, singleBed, doubleBed, extraBed, square } = given
  return {
    form: type?.toLowerCase(),
    description,
    singleBeds: singleBed,
    doubleBeds: doubleBed,
    extraBeds: extraBed,
    square,
    maxAdults: given.maxAdults,
    maxChildren: given.maxChildren,
    maxPersons: given.maxPeople,
    equipment: given.equipment && [...new Set(given.equipment)],
  }
}

export const roomTypeBody = z
  .object({
    roomTypeId: id,
    type: form,
    description: z.record(z.string(), z.string()),
    singleBed: z.int(),
    doubleBed: z.int(),
    extraBed: z.int(),
    square: z.number().nullable(),
    maxAdults: z.int(),
    maxChildren: z.int(),
    maxPeople: z.int(),
    equipment: z.array(equipment),
  })
  .openapi('RoomType', {
    example: {
      roomTypeId: 124862518445568,
      type: 'DOUBLE_ROOM',
      description: { default: 'Double room with a balcony' },
      singleBed: 0,
      doubleBed: 1,
      extraBed: 0,
      square: 24,
      maxAdults: 2,
      maxChildren: 1,
      maxPeople: 2,
      equipment: ['balcony', 'television'],
    },
  })

export function toRoomTypeBody(roomType: RoomType): z.infer<typeof roomTypeBody> {
  return {
    roomTypeId: roomType.id,
    type: roomType.form.toUpperCase(),
    description: roomType.description,
    singleBed: roomType.singleBeds,
    doubleBed: roomType.doubleBeds,
    extraBed: roomType.extraBeds,
    square: roomType.square,
    maxAdults: roomType.maxAdults,
    maxChildren: roomType.maxChildren,
    maxPeople: roomType.maxPersons,
    equipment: roomType.equipment,
  }
}
