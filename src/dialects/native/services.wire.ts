import { z } from '@hono/zod-openapi'
import { confirmations, mostPlaces, performers } from '#domain/services/service.ts'
import type { Service, ServiceDetails } from '#domain/services/service.ts'
import { listBody } from './list.wire.ts'
import { currency, id, instantBody, money, name, optionalText, sample, toInstant } from './wire.ts'

/** At most a day. */
const buffer = z.int().min(0).max(1440).optional()
/** Inline, because a `$ref` cannot be null in OpenAPI 3.0. */
const price = z.strictObject({ ...money.shape, currency })

const details = z.strictObject({
  name: name(200),
  description: optionalText(5000),
  durationMinutes: z.int().min(1).max(1440),
  price,
  bufferBeforeMinutes: buffer,
  bufferAfterMinutes: buffer,
  capacity: z.int().min(1).max(mostPlaces).optional(),
  slotIntervalMinutes: z.int().min(5).max(1440).nullable().optional(),
  minNoticeMinutes: z.int().min(0).max(525_600).optional(),
  changeNoticeMinutes: z
    .int()
    .min(0)
    .max(525_600)
    .optional()
    .openapi({ description: 'How long before the start its customer may still move or cancel a booking' }),
  maxAdvanceDays: z.int().min(1).max(1095).nullable().optional(),
  confirmation: z.enum(confirmations).optional(),
  prepayment: price.nullable().optional(),
  staffIds: z
    .array(id)
    .max(500)
    .optional()
    .openapi({ description: 'Who performs it; everybody when absent or empty, unless rooms are named' }),
  roomIds: z
    .array(id)
    .max(500)
    .optional()
    .openapi({ description: 'Rooms that are let for it by the hour: booked instead of a staff member' }),
  active: z.boolean().optional(),
})

/** A price and its prepayment are in one currency. */
const moneyProblems = (given: Partial<z.infer<typeof details>>, refinement: z.RefinementCtx): void => {
  if (given.price && given.prepayment && given.price.currency !== given.prepayment.currency) {
    const message = 'Currency must be that of the price'
    refinement.addIssue({ code: 'custom', path: ['prepayment', 'currency'], message })
  }
}

export const newService = details
  .extend({ businessId: id })
  .superRefine(moneyProblems)
  .openapi('NewService', {
    example: {
      businessId: sample.businessId,
      name: 'Haircut',
      durationMinutes: 45,
      price: { amount: 4500, currency: 'EUR' },
      bufferAfterMinutes: 15,
      slotIntervalMinutes: 15,
      changeNoticeMinutes: 1440,
      staffIds: [sample.staffId],
    },
  })
export const serviceChanges = details
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, 'At least one field is required')
  .superRefine(moneyProblems)
  .openapi('ServiceChanges', { example: { price: { amount: 4900, currency: 'EUR' }, minNoticeMinutes: 120 } })

export const serviceBody = z
  .object({
    id,
    businessId: id,
    name: z.string(),
    description: z.string().nullable(),
    durationMinutes: z.int(),
    price: money,
    bufferBeforeMinutes: z.int(),
    bufferAfterMinutes: z.int(),
    capacity: z.int(),
    slotIntervalMinutes: z.int().nullable(),
    minNoticeMinutes: z.int(),
    changeNoticeMinutes: z.int(),
    maxAdvanceDays: z.int().nullable(),
    confirmation: z.enum(confirmations),
    prepayment: z.object(money.shape).nullable(),
    performedBy: z.enum(performers).openapi({
      description:
        'All staff, those hired later too; or the staff and rooms assigned to it, even when none is left',
    }),
    staffIds: z.array(id),
    roomIds: z.array(id),
    active: z.boolean(),
    createdAt: instantBody,
    updatedAt: instantBody,
  })
  .openapi('Service', {
    example: {
      id: sample.serviceId,
      businessId: sample.businessId,
      name: 'Haircut',
      description: null,
      durationMinutes: 45,
      price: { amount: 4500, currency: 'EUR' },
      bufferBeforeMinutes: 0,
      bufferAfterMinutes: 15,
      capacity: 1,
      slotIntervalMinutes: 15,
      minNoticeMinutes: 0,
      changeNoticeMinutes: 1440,
      maxAdvanceDays: null,
      confirmation: 'instant',
      prepayment: null,
      performedBy: 'assigned',
      staffIds: [sample.staffId],
      roomIds: [],
      active: true,
      createdAt: '2031-03-01T08:00:00.000Z',
      updatedAt: '2031-03-01T08:00:00.000Z',
    },
  })

export const servicesBody = listBody('services', serviceBody)

type Changes = z.infer<typeof serviceChanges>

export function toServiceChanges({ price: given, prepayment, ...rest }: Changes): Partial<ServiceDetails> {
  const stated = given?.currency ?? prepayment?.currency
  return {
    ...rest,
    ...(given && { priceMinor: given.amount }),
    ...(stated && { currency: stated }),
    ...(prepayment !== undefined && { prepaymentMinor: prepayment?.amount ?? null }),
  }
}

export function toNewService({ price: given, prepayment, ...rest }: z.infer<typeof newService>) {
  const { amount: priceMinor, currency: stated } = given
  return { ...rest, priceMinor, currency: stated, prepaymentMinor: prepayment?.amount ?? null }
}

export function toServiceBody(service: Service): z.infer<typeof serviceBody> {
  const { priceMinor, prepaymentMinor, currency: stated } = service
  return {
    id: service.id,
    businessId: service.businessId,
    name: service.name,
    description: service.description,
    durationMinutes: service.durationMinutes,
    price: { amount: priceMinor, currency: stated },
    bufferBeforeMinutes: service.bufferBeforeMinutes,
    bufferAfterMinutes: service.bufferAfterMinutes,
    capacity: service.capacity,
    slotIntervalMinutes: service.slotIntervalMinutes,
    minNoticeMinutes: service.minNoticeMinutes,
    changeNoticeMinutes: service.changeNoticeMinutes,
    maxAdvanceDays: service.maxAdvanceDays,
    confirmation: service.confirmation,
    prepayment: prepaymentMinor === null ? null : { amount: prepaymentMinor, currency: stated },
    performedBy: service.performedBy,
    staffIds: service.staffIds,
    roomIds: service.roomIds,
    active: service.active === 1,
    createdAt: toInstant(service.createdAt),
    updatedAt: toInstant(service.updatedAt),
  }
}
