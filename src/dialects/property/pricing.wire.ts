import { z } from '@hono/zod-openapi'
import { toMajor } from '#domain/prices/currency.ts'
import { unrestricted } from '#domain/prices/night.ts'
import type { Restrictions } from '#domain/prices/night.ts'
import type { PriceQuestion } from '#domain/rates/list-prices.ts'
import type { PriceList } from '#domain/rates/nights.ts'
import type { PriceSetting } from '#domain/rates/price-setting.ts'
import { additional, percentage, rateBody, rateExample, toRateBody } from './rates.wire.ts'
import {
  flag,
  flagBody,
  id,
  idText,
  nights,
  several,
  severalOf,
  toFlag,
  unixSeconds,
  withinNights,
  date,
} from './wire.ts'

export const pricingQuery = z
  .strictObject({
    ...nights,
    ...several('roomId', idText, 200),
    ...several('typeId', idText),
    ...several('rateId', idText),
    lastEdit: unixSeconds.optional().openapi({
      description: 'Unix seconds: only what was edited then or later, and 304 when nothing was',
    }),
  })
  .refine(...withinNights)

type Query = z.infer<typeof pricingQuery>

export function toPriceQuestion(query: Query): Omit<PriceQuestion, 'businessId'> {
  const { from, to, lastEdit } = query
  return {
    fromOn: from,
    toOn: to,
    roomIds: severalOf(query, 'roomId'),
    roomTypeIds: severalOf(query, 'typeId'),
    rateIds: severalOf(query, 'rateId'),
    editedSince: lastEdit === undefined ? undefined : lastEdit * 1_000,
  }
}

const length = z.int().min(1).max(365).nullable()
const advance = z.int().min(0).max(3_650).nullable()

const restrictions = z
  .strictObject({
    minStay: length.openapi({ description: 'For stays that arrive on this date' }),
    maxStay: length.openapi({ description: 'For stays that arrive on this date' }),
    closed: flag,
    availArrival: flag,
    availDeparture: flag,
    minAdvanceRes: advance.openapi({ description: 'Days from the reservation to the arrival' }),
    maxAdvanceRes: advance,
  })
  .partial()

const price = z.number().min(0).max(10_000_000_000)

const personPricing = z
  .strictObject({ persons: z.int().min(1).max(1_000), price: price.optional(), percentage, additional })
  .refine(
    (given) => (given.price === undefined) !== (given.percentage == null && given.additional == null),
    'must have either a price, or a percentage or an additional amount',
  )

const priceEntry = z
  .strictObject({
    roomId: id.nullable().optional(),
    typeId: id.nullable().optional(),
    rateId: id,
    ...nights,
    basePrice: price,
    restrictions: restrictions.nullable().optional(),
    derivedPrices: z
      .array(personPricing)
      .max(12)
      .refine(
        (given) => new Set(given.map(({ persons }) => persons)).size === given.length,
        'must have one price for each number of persons',
      )
      .nullable()
      .optional(),
  })
  .refine(...withinNights)
  .superRefine(({ roomId, typeId }, refinement) => {
    if ((roomId == null) !== (typeId == null)) return
    refinement.addIssue({
      code: 'custom',
      path: ['roomId'],
      message: 'must be there, or typeId, and not both',
    })
  })

export const newPricing = z
  .strictObject({ prices: z.array(priceEntry).min(1).max(500) })
  .openapi('NewPricing', {
    example: {
      prices: [
        {
          roomId: 124862518445440,
          rateId: 124862518445312,
          from: '2031-03-03',
          to: '2031-03-09',
          basePrice: 120,
          restrictions: { minStay: 2, availArrival: 1 },
          derivedPrices: [{ persons: 1, percentage: -20 }],
        },
      ],
    },
  })

export function toPriceSettings({ prices }: z.infer<typeof newPricing>): { prices: PriceSetting[] } {
  return {
    prices: prices.map(({ roomId, typeId, rateId, from, to, basePrice, ...rest }) => ({
      place: roomId == null ? { kind: 'roomType', id: typeId! } : { kind: 'room', id: roomId },
      rateId,
      fromOn: from,
      toOn: to,
      basePrice,
      restrictions: rest.restrictions ? toRestrictions(rest.restrictions) : undefined,
      personPrices: rest.derivedPrices ?? undefined,
    })),
  }
}

function toRestrictions(given: z.infer<typeof restrictions>): Restrictions {
  return {
    minStay: given.minStay ?? null,
    maxStay: given.maxStay ?? null,
    minAdvanceDays: given.minAdvanceRes ?? null,
    maxAdvanceDays: given.maxAdvanceRes ?? null,
    isClosed: given.closed ?? unrestricted.isClosed,
    mayArrive: given.availArrival ?? unrestricted.mayArrive,
    mayDepart: given.availDeparture ?? unrestricted.mayDepart,
  }
}

export const priceListBody = z
  .object({
    roomId: id.nullable(),
    typeId: id.nullable(),
    rate: z.object({ ...rateBody.shape, percentage: z.number().nullable() }),
    prices: z.array(
      z.object({
        date: date,
        basePrice: z.number(),
        restrictions: z.object({
          minStay: z.int().nullable(),
          maxStay: z.int().nullable(),
          closed: flagBody,
          availArrival: flagBody,
          availDeparture: flagBody,
          minAdvanceRes: z.int().nullable(),
          maxAdvanceRes: z.int().nullable(),
        }),
        derivedPrices: z.array(z.object({ persons: z.int(), price: z.number() })),
      }),
    ),
  })
  .openapi('PriceList', {
    example: {
      roomId: 124862518445440,
      typeId: null,
      rate: { ...rateExample, percentage: null },
      prices: [
        {
          date: '2031-03-03',
          basePrice: 120,
          restrictions: {
            minStay: 2,
            maxStay: null,
            closed: 0,
            availArrival: 1,
            availDeparture: 1,
            minAdvanceRes: null,
            maxAdvanceRes: 365,
          },
          derivedPrices: [{ persons: 1, price: 96 }],
        },
      ],
    },
  })

export function toPriceListBody({ place, rate, nights: known }: PriceList): z.infer<typeof priceListBody> {
  const body = toRateBody(rate)
  return {
    roomId: place.kind === 'room' ? place.id : null,
    typeId: place.kind === 'roomType' ? place.id : null,
    rate: { ...body, percentage: body.rateRelation?.percentage ?? null },
    prices: known.map(({ dateOn, basePriceMinor, personPrices, restrictions: those }) => ({
      date: dateOn,
      basePrice: toMajor(basePriceMinor, rate.currency),
      restrictions: {
        minStay: those.minStay,
        maxStay: those.maxStay,
        closed: toFlag(those.isClosed),
        availArrival: toFlag(those.mayArrive),
        availDeparture: toFlag(those.mayDepart),
        minAdvanceRes: those.minAdvanceDays,
        maxAdvanceRes: those.maxAdvanceDays,
      },
      derivedPrices: personPrices.map(({ persons, priceMinor }) => ({
        persons,
        price: toMajor(priceMinor, rate.currency),
      })),
    })),
  }
}
