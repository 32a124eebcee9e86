import type { Context } from '#domain/context.ts'
import { findSlots } from '#domain/availability/find-slots.ts'
import { bookableOf } from '#domain/bookings/booking.ts'
import { getCard } from '#domain/bookings/get-card.ts'
import type { Card } from '#domain/bookings/get-card.ts'
import { DomainError } from '#domain/errors.ts'
import { addDays, dateAt, instantAt } from '#domain/schedules/wall-clock.ts'

/** How far one look reaches, and how many starts it is content with: whole days, but no more than they take. */
const daysAhead = 28
const enough = 48

export interface NewStarts {
  card: Card
  /** Days with their free starts; ms since 1970. */
  days: { dateOn: string; startsAt: number[] }[]
  /** The first day of the look, and the day on which the next one begins; null when nothing was found in this one. */
  fromOn: string
  nextOn: string | null
  /** No look begins before today. */
  todayOn: string
}

/**
 * Where a booking can be moved to by whoever has its card: to other times of the same person or room, from a day on. Throws
 * not_found, and conflict when it cannot be moved any more.
 */
export async function findNewStarts(ctx: Context, cardToken: string, fromOn?: string): Promise<NewStarts> {
  const card = await getCard(ctx, cardToken)
  const { booking, mayMove } = card
  const { businessId, serviceId, resourceId, timeZone, units } = booking
  if (!mayMove || serviceId === null || resourceId === null) throw new DomainError('booking.not_movable')

  const now = ctx.clock.now()
  const todayOn = dateAt(timeZone, now)
  const firstOn = fromOn !== undefined && fromOn > todayOn ? fromOn : todayOn
  const afterOn = addDays(firstOn, daysAhead)
  const { slots } = await findSlots(ctx, {
    businessId,
    serviceId,
    resourceId,
    resourceKind: bookableOf(booking),
    units,
    fromAt: instantAt(timeZone, firstOn, 0),
    toAt: instantAt(timeZone, afterOn, 0),
  })
  const days: NewStarts['days'] = []
  let count = 0
  for (const { startAt } of slots) {
    const dateOn = dateAt(timeZone, startAt)
    const day = days.at(-1)
    if (day?.dateOn === dateOn) day.startsAt.push(startAt)
    else if (count >= enough) break
    else days.push({ dateOn, startsAt: [startAt] })
    count += 1
  }
  const last = days.at(-1)
  const isAll = count === slots.length
  const nextOn = !last ? null : isAll ? afterOn : addDays(last.dateOn, 1)
  return { card, days, fromOn: firstOn, nextOn, todayOn }
}
