import { z } from '@hono/zod-openapi'
import type { RoomFilter, RoomOrder } from '#domain/rooms/list-rooms.ts'
import { squareUnits } from '#domain/rooms/room.ts'
import type { housekeepings, Room, RoomDetails } from '#domain/rooms/room.ts'
import {
  day,
  flag,
  flagBody,
  flagText,
  id,
  idText,
  optionalText,
  pageQuery,
  several,
  severalOf,
  text,
  textByLanguage,
  toFlag,
  toLocalTime,
  unixSeconds,
  wholeText,
  wordsFor,
  localTime,
} from './wire.ts'

const equipmentWords =
  'air_conditioning kitchenette television bathroom pool balcony washing_machine kitchen_utensils baby_crib blanket screen umbrella lounger clothes_hanger dryer towels floor_covering fireplace heating iron safe desk bidet toothbrush shampoo hair_conditioner soap radio table wine_glasses corkscrew water grill dishwasher minibar refrigerator coffee_machine'.split(
    ' ',
  )
export const equipment = z.enum(equipmentWords)

const formWords =
  'ROOM SINGLE_ROOM DOUBLE_ROOM TWIN_ROOM TRIPLE_ROOM QUAD_ROOM QUEEN_ROOM KING_ROOM SUITE JUNIOR_SUITE FAMILY_ROOM CONNECTING_ROOMS DELUXE_ROOM SUPERIOR_ROOM STANDARD_ROOM STUDIO_ROOM APARTMENT LOFT ACCESSIBLE_ROOM VILLA BUNGALOW CABIN COTTAGE TREEHOUSE WATER_VILLA GLAMPING_TENT PENTHOUSE CAPSULE_ROOM DORMITORY BED_IN_DORMITORY CAVE_ROOM ICE_ROOM FARMHOUSE_ROOM BED_IN_SHARED_ROOM TATAMI_ROOM RAILWAY_CABIN AIRPORT_POD SAFARI_TENT OVERWATER_BUNGALOW CHALET HOLIDAY_HOME MOBILE_HOME'.split(
    ' ',
  )
/** What a room is, which the domain keeps in lower case. */
export const form = z.enum(formWords)

const housekeeping = wordsFor({
  clean: 'CLEAN',
  dirty: 'DIRTY',
  being_cleaned: 'WHILE_CLEANING',
} as const satisfies Record<(typeof housekeepings)[number], string>)

const count = z.int().min(0).max(1_000)
export const color = z.string().regex(/^#[\dA-Fa-f]{6}$/, 'must be #rrggbb')

const fields = {
  name: text(255),
  persons: z.int().min(1).max(1_000),
  maxAdults: count.optional(),
  maxChildren: count.optional(),
  roomType: form.optional(),
  roomTypeId: id.nullable().optional(),
  singleBed: count.optional(),
  doubleBed: count.optional(),
  extraBed: count.optional(),
  service: z.enum(housekeeping.words).optional(),
  serviceInfo: optionalText(1_000),
  info: optionalText(2_000),
  color: color.nullable().optional(),
  square: z.number().min(0).max(1_000_000).nullable().optional(),
  squareType: z.enum(squareUnits).optional(),
  description: textByLanguage(2_000).optional(),
  equipment: z.array(equipment).max(equipmentWords.length).optional(),
  shareInOffer: flag.optional(),
  locationId: id
    .nullable()
    .optional()
    .openapi({ description: 'The first place of the business unless said otherwise' }),
}

export const newRoom = z
  .strictObject(fields)
  .openapi('NewRoom', { example: { name: 'Room 12', persons: 2, roomType: 'DOUBLE_ROOM', doubleBed: 1 } })
/** What an answer says beside that, which may come back with a change and says nothing there. */
const unheeded = { roomId: id, isLocked: flagBody, addDate: z.string(), editDate: z.string() }
export const roomChanges = z
  .strictObject({ ...fields, ...unheeded })
  .partial()
  .openapi('RoomChanges', { example: { service: 'DIRTY' } })

type Given = Partial<z.infer<typeof newRoom>>

/** What is given, in the domain's words. */
export function toRoomDetails<G extends Given>(given: G): RoomDetailsOf<G>
export function toRoomDetails(given: Given): Partial<RoomDetails> {
  const { roomType, singleBed, doubleBed, extraBed, service, serviceInfo, info, squareType } = given
  const { name, persons, maxAdults, maxChildren, roomTypeId, square, description } = given
  return {
    name,
    persons,
    maxAdults,
    maxChildren,
    form: roomType?.toLowerCase(),
    roomTypeId,
    singleBeds: singleBed,
    doubleBeds: doubleBed,
    extraBeds: extraBed,
    housekeeping: service && housekeeping.meaning(service),
    housekeepingNotes: serviceInfo,
    notes: info,
    color: given.color,
    square,
    squareUnit: squareType,
    description,
    equipment: given.equipment && [...new Set(given.equipment)],
    isOffered: given.shareInOffer,
    branchId: given.locationId,
  }
}
/** A new room says what it is called and how many it is for. */
type RoomDetailsOf<G extends Given> = G extends { name: string; persons: number }
  ? RoomDetails
  : Partial<RoomDetails>

const orders = ['roomId', 'name', 'persons', 'addDate', 'editDate'] as const
const orderColumns: Record<(typeof orders)[number], RoomOrder['by']> = {
  roomId: 'id',
  name: 'name',
  persons: 'persons',
  addDate: 'createdAt',
  editDate: 'updatedAt',
}

export const roomsQuery = z.strictObject({
  ...pageQuery(orders),
  name: z.string().max(255).optional(),
  description: z.string().max(255).optional(),
  ...several('equipment', equipment),
  roomTypeId: idText.optional(),
  persons: wholeText(1, 1_000).optional(),
  maxAdults: wholeText(0, 1_000).optional(),
  maxChildren: wholeText(0, 1_000).optional(),
  singleBed: wholeText(0, 1_000).optional(),
  doubleBed: wholeText(0, 1_000).optional(),
  extraBed: wholeText(0, 1_000).optional(),
  isLocked: flagText.optional(),
  shareInOffer: flagText.optional(),
  addDate: day.optional(),
  editDate: day.optional(),
  lastEdit: unixSeconds.optional().openapi({ description: 'Unix seconds' }),
})

type Query = z.infer<typeof roomsQuery>

export function toRoomFilter(query: Query): RoomFilter {
  const { name, description, roomTypeId, persons, maxAdults, maxChildren, isLocked } = query
  return {
    name,
    description,
    equipment: severalOf(query, 'equipment'),
    roomTypeId,
    persons,
    maxAdults,
    maxChildren,
    singleBeds: query.singleBed,
    doubleBeds: query.doubleBed,
    extraBeds: query.extraBed,
    isLocked,
    isOffered: query.shareInOffer,
    createdOn: query.addDate,
    updatedOn: query.editDate,
    updatedFrom: query.lastEdit === undefined ? undefined : query.lastEdit * 1_000,
  }
}

export function toRoomOrder({ orderBy, orderType }: Query): RoomOrder {
  return { by: orderColumns[orderBy], isDescending: orderType === 'DESC' }
}

export const roomBody = z
  .object({
    roomId: id,
    name: z.string(),
    persons: z.int(),
    maxAdults: z.int(),
    maxChildren: z.int(),
    roomType: form,
    roomTypeId: id.nullable(),
    singleBed: z.int(),
    doubleBed: z.int(),
    extraBed: z.int(),
    service: z.enum(housekeeping.words),
    serviceInfo: z.string().nullable(),
    info: z.string().nullable(),
    color: z.string().nullable(),
    square: z.number().nullable(),
    squareType: z.enum(squareUnits),
    description: z.record(z.string(), z.string()),
    equipment: z.array(equipment),
    shareInOffer: flagBody,
    isLocked: flagBody,
    locationId: id,
    addDate: localTime,
    editDate: localTime,
  })
  .openapi('Room')

export function toRoomBody(room: Room): z.infer<typeof roomBody> {
  const { id: roomId, name, persons, maxAdults, maxChildren, roomTypeId, color: shade, square } = room
  return {
    roomId,
    name,
    persons,
    maxAdults,
    maxChildren,
    roomType: room.form.toUpperCase(),
    roomTypeId,
    singleBed: room.singleBeds,
    doubleBed: room.doubleBeds,
    extraBed: room.extraBeds,
    service: housekeeping.word(room.housekeeping),
    serviceInfo: room.housekeepingNotes,
    info: room.notes,
    color: shade,
    square,
    squareType: room.squareUnit,
    description: room.description,
    equipment: room.equipment,
    shareInOffer: toFlag(room.isOffered),
    isLocked: toFlag(room.isLocked),
    locationId: room.branchId,
    addDate: toLocalTime(room.timeZone, room.createdAt),
    editDate: toLocalTime(room.timeZone, room.updatedAt),
  }
}
