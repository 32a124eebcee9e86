import { z } from '@hono/zod-openapi'
import type { Visit } from '#domain/appointments/visit.ts'
import { longestVisitSearchDays } from '#domain/availability/find-visits.ts'
import type { FoundVisit, WishedPart } from '#domain/availability/find-visits.ts'
import { mostParts } from '#domain/availability/visit-plan.ts'
import { mayBeRestored, statusAt } from '#domain/bookings/booking-status.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { wallClockAt } from '#domain/schedules/wall-clock.ts'
import type { Occasion } from '#http/endpoint.ts'
import {
  bookingBody,
  bookingExample,
  contents,
  notBoth,
  notBothIssue,
  toBookingBody,
  toResourceBody,
  toWished,
} from './bookings.wire.ts'
import {
  businessId,
  businessIdText,
  id,
  instant,
  instantBody,
  money,
  sample,
  timeZone,
  toInstant,
} from './wire.ts'

export const newVisit = z
  .strictObject({
    businessId,
    services: z
      .array(
        z
          .strictObject({
            serviceId: id,
            staffId: id.optional().openapi({ description: 'Absent: whoever is free, chosen fairly' }),
            roomId: id.optional().openapi({ description: 'Instead of a staff member' }),
          })
          .refine(notBoth, notBothIssue),
      )
      .min(1)
      .max(mostParts)
      .openapi({ description: 'In the order in which they are wanted' }),
    branchId: id.optional(),
    startTime: instant,
    ...contents,
  })
  .openapi('NewVisit', {
    example: {
      businessId: sample.businessId,
      services: [{ serviceId: sample.serviceId, staffId: sample.staffId }, { serviceId: sample.serviceId }],
      startTime: '2031-03-11T10:00:00+01:00',
      customer: { name: 'Ada Lovelace', email: sample.email },
    },
  })

export const visitMove = z
  .strictObject({ startTime: instant.openapi({ description: 'When its first part begins' }) })
  .openapi('VisitMove', { example: { startTime: '2031-03-11T11:00:00+01:00' } })

export const visitBody = z
  .object({
    id: id.openapi({ description: 'That of the booking of its first part' }),
    businessId: id,
    startTime: instantBody,
    endTime: instantBody,
    timeZone: z.string(),
    price: money.openapi({ description: 'Of all parts that were not called off; before the discount' }),
    discount: money,
    bookings: z.array(bookingBody).openapi({ description: 'Its parts in the order in which they begin' }),
  })
  .openapi('Visit', {
    example: {
      id: bookingExample.id,
      businessId: sample.businessId,
      startTime: bookingExample.startTime,
      endTime: bookingExample.endTime,
      timeZone: bookingExample.timeZone,
      price: bookingExample.price,
      discount: bookingExample.discount,
      bookings: [bookingExample],
    },
  })

/** Numbers in one parameter, such as `3,1,2`. */
const list = (each: string) =>
  z
    .string()
    .regex(
      new RegExp(`^${each}(,${each}){0,${mostParts - 1}}$`),
      `Must be 1 to ${mostParts} ids with commas between`,
    )
    .transform((text) => text.split(',').map(Number))

export const visitsQuery = z
  .strictObject({
    businessId: businessIdText,
    serviceIds: list('[1-9]\\d{0,15}').openapi({
      type: 'string',
      description: 'In the order in which they are wanted, with commas between',
      example: `${sample.serviceId}`,
    }),
    staffIds: list('(0|[1-9]\\d{0,15})').optional().openapi({
      type: 'string',
      description: 'By whom, in the same order: 0 for whoever is free',
    }),
    from: instant,
    to: instant.openapi({ description: `At most ${longestVisitSearchDays} days after from` }),
    timeZone: timeZone.optional(),
  })
  .refine(({ serviceIds, staffIds = serviceIds }) => staffIds.length === serviceIds.length, {
    message: 'One for each service',
    path: ['staffIds'],
  })
  // An instant that did not parse compares as NaN, and passes here: its own error is enough.
  .refine(({ from, to }) => !(from >= to), { message: 'To must be after from', path: ['to'] })

export const visitsBody = z
  .object({
    timeZone: z.string(),
    visits: z.array(
      z.object({
        startTime: instantBody,
        endTime: instantBody,
        localStartTime: z.string().optional().openapi({ description: 'In the time zone asked for' }),
        parts: z.array(
          z.object({
            serviceId: id,
            staffId: id.nullable(),
            roomId: id.nullable(),
            startTime: instantBody,
            endTime: instantBody,
          }),
        ),
      }),
    ),
  })
  .openapi('Visits')

/** The services that are wanted, in the domain's words. */
export function toParts(
  services: readonly { serviceId: number; staffId?: number | undefined; roomId?: number | undefined }[],
): WishedPart[] {
  return services.map(({ serviceId, ...named }) => ({ serviceId, ...toWished(named) }))
}

/** The same of a query, which names them in lists. */
export function toAskedParts({
  serviceIds,
  staffIds,
}: {
  serviceIds: number[]
  staffIds?: number[] | undefined
}): WishedPart[] {
  return serviceIds.map((serviceId, index) => ({ serviceId, resourceId: staffIds?.[index] || undefined }))
}

export function toVisitBody(visit: Visit, occasion: Occasion): z.infer<typeof visitBody> {
  const standing = visit.filter((part) => !mayBeRestored(statusAt(part, occasion.now)))
  const [{ groupId, id: ownId, businessId: ofBusiness, timeZone: zone, currency }] = visit
  const present = standing.length > 0 ? standing : visit
  const sum = (amountOf: (part: Booking) => number) => ({
    amount: standing.reduce((total, part) => total + amountOf(part), 0),
    currency,
  })
  return {
    id: groupId ?? ownId,
    businessId: ofBusiness,
    startTime: toInstant(Math.min(...present.map(({ startAt }) => startAt))),
    endTime: toInstant(Math.max(...present.map(({ endAt }) => endAt))),
    timeZone: zone,
    price: sum(({ priceMinor }) => priceMinor),
    discount: sum(({ discountMinor }) => discountMinor),
    bookings: visit.map((part) => toBookingBody(part, occasion)),
  }
}

/** `shownIn` is the time zone that was asked for. */
export function toVisitsBody(found: {
  visits: FoundVisit[]
  timeZone: string
  shownIn: string | undefined
}): z.infer<typeof visitsBody> {
  const zone = found.shownIn
  return {
    timeZone: zone ?? found.timeZone,
    visits: found.visits.map(({ startAt, endAt, parts }) => ({
      startTime: toInstant(startAt),
      endTime: toInstant(endAt),
      ...(zone && { localStartTime: wallClockAt(zone, startAt).text }),
      parts: parts.map(({ serviceId, resourceId, kind, ...times }) => ({
        serviceId,
        ...toResourceBody({ resourceId, resourceKind: kind }),
        startTime: toInstant(times.startAt),
        endTime: toInstant(times.endAt),
      })),
    })),
  }
}
