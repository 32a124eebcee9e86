import { z } from '@hono/zod-openapi'
import { toMajor } from '#domain/prices/currency.ts'
import { mostBasisPoints } from '#domain/prices/night.ts'
import { meals } from '#domain/rates/rate.ts'
import type { CancellationPolicy, Rate, RateDetails } from '#domain/rates/rate.ts'
import { id, text } from './wire.ts'

/** Percents that are added to a price, to two decimals; with a minus they are taken off. */
export const percentage = z
  .number()
  .min(-100)
  .max(mostBasisPoints / 100)
  .nullable()
  .optional()
  .openapi({ description: 'Added to the price, as percents of it: -10 makes it a tenth cheaper' })
/** An amount that is added to a price after that; with a minus it is taken off. */
export const additional = z
  .number()
  .min(-10_000_000)
  .max(10_000_000)
  .nullable()
  .optional()
  .openapi({ description: 'Added to the price after the percents, in the currency of the business' })

const mostPercent = z.int().min(0).max(100).nullable()

const policyFields = {
  type: z.enum(['REFUNDABLE', 'NONREFUNDABLE']),
  cancellationPenaltyPercentageAfterDeadline: mostPercent,
  deadlineDays: z.int().min(0).max(365).nullable(),
  deadlineHours: z.int().min(0).max(8760).nullable(),
  cancellationPenaltyNightsAfterDeadline: z.int().min(0).max(365).nullable(),
  noShow: text(50),
  prepaymentPercentage: mostPercent,
  prepaymentFirstNight: z.boolean(),
}

const fields = {
  name: text(200),
  meals: z
    .int()
    .min(0)
    .max(meals.length - 1)
    .optional()
    .openapi({
      description:
        '0 OV, 1 BB, 2 HB, 3 FB, 4 AI, 5 DINNER, 6 BREAKFAST_SUPPER, 7 DINNER_SUPPER, 8 SUPPER; 0 unless said otherwise',
    }),
  parentRateId: id.nullable().optional().openapi({ description: 'The rate that its prices come from' }),
  rateRelation: z.strictObject({ percentage, additional }).nullable().optional(),
  rooms: z.array(id).max(200).nullable().optional().openapi({ description: 'null is all, [] none' }),
  types: z.array(id).max(100).nullable().optional().openapi({ description: 'null is all, [] none' }),
  // What an answer has may be sent back: the policy's id is the rate's, whatever is said.
  cancellationPolicy: z
    .strictObject({ cancellationId: id, ...policyFields })
    .partial()
    .optional(),
}

export const newRate = z.strictObject(fields).openapi('NewRate', {
  example: { name: 'Non-refundable', rateRelation: { percentage: -10 }, parentRateId: 124862518445312 },
})
/** An answer may be sent back as a change: which rate it is, the path says. */
export const rateChanges = z
  .strictObject({ ...fields, rateId: id, cancellationId: id })
  .partial()
  .openapi('RateChanges', { example: { cancellationPolicy: { deadlineDays: 7 } } })

/** What is given, in the domain's words. */
export function toRateDetails(given: z.infer<typeof newRate>): RateDetails
export function toRateDetails(given: z.infer<typeof rateChanges>): Partial<RateDetails>
export function toRateDetails(given: z.infer<typeof rateChanges>): Partial<RateDetails> {
  const { name, parentRateId, rateRelation, rooms, types, cancellationPolicy } = given
  return {
    name,
    meal: given.meals === undefined ? undefined : meals[given.meals],
    parentRateId,
    relation: rateRelation,
    roomIds: rooms,
    roomTypeIds: types,
    cancellation: cancellationPolicy && toCancellation(cancellationPolicy),
  }
}

type Policy = NonNullable<z.infer<typeof rateChanges>['cancellationPolicy']>

function toCancellation({ type, ...given }: Policy): Partial<CancellationPolicy> {
  const said = {
    isRefundable: type && type === 'REFUNDABLE',
    penaltyPercent: given.cancellationPenaltyPercentageAfterDeadline,
    penaltyNights: given.cancellationPenaltyNightsAfterDeadline,
    deadlineDays: given.deadlineDays,
    deadlineHours: given.deadlineHours,
    noShow: given.noShow,
    prepaymentPercent: given.prepaymentPercentage,
    prepaysFirstNight: given.prepaymentFirstNight,
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}

export const rateExample = {
  rateId: 124862518445312,
  name: 'Standard',
  cancellationId: 124862518445312,
  meals: 1,
  parentRateId: null,
  rateRelation: null,
  rooms: null,
  types: null,
  cancellationPolicy: {
    cancellationId: 124862518445312,
    type: 'REFUNDABLE',
    cancellationPenaltyPercentageAfterDeadline: 50,
    deadlineDays: 7,
    deadlineHours: null,
    cancellationPenaltyNightsAfterDeadline: null,
    noShow: 'DEFAULT',
    prepaymentPercentage: 50,
    prepaymentFirstNight: false,
  },
}

export const rateBody = z
  .object({
    rateId: id,
    name: z.string(),
    cancellationId: id,
    meals: z.int(),
    parentRateId: id.nullable(),
    rateRelation: z
      .object({ percentage: z.number().nullable(), additional: z.number().nullable() })
      .nullable(),
    rooms: z.array(id).nullable(),
    types: z.array(id).nullable(),
    cancellationPolicy: z.object({ cancellationId: id, ...policyFields }),
  })
  .openapi('Rate', { example: rateExample })

export function toRateBody(rate: Rate): z.infer<typeof rateBody> {
  const { id: rateId, name, parentRateId, relation, roomIds, roomTypeIds, cancellation, currency } = rate
  return {
    rateId,
    name,
    cancellationId: rateId,
    meals: meals.indexOf(rate.meal),
    parentRateId,
    rateRelation: relation && {
      percentage: relation.basisPoints === null ? null : relation.basisPoints / 100,
      additional: relation.additionalMinor === null ? null : toMajor(relation.additionalMinor, currency),
    },
    rooms: roomIds && [...roomIds],
    types: roomTypeIds && [...roomTypeIds],
    cancellationPolicy: {
      cancellationId: rateId,
      type: cancellation.isRefundable ? 'REFUNDABLE' : 'NONREFUNDABLE',
      cancellationPenaltyPercentageAfterDeadline: cancellation.penaltyPercent,
      deadlineDays: cancellation.deadlineDays,
      deadlineHours: cancellation.deadlineHours,
      cancellationPenaltyNightsAfterDeadline: cancellation.penaltyNights,
      noShow: cancellation.noShow,
      prepaymentPercentage: cancellation.prepaymentPercent,
      prepaymentFirstNight: cancellation.prepaysFirstNight,
    },
  }
}
