// The card of a booking: /card/{token}. Its address is all that a customer needs, and all that there is to guard: nothing
// travels by itself, so no other site can have a form sent that would mean anything.
import { z } from '@hono/zod-openapi'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { findNewStarts } from '#domain/appointments/find-new-starts.ts'
import { updateBooking } from '#domain/appointments/update-booking.ts'
import { cancelBooking } from '#domain/bookings/cancel-booking.ts'
import { cardUrlOf, isCardToken } from '#domain/bookings/card-token.ts'
import { getCard } from '#domain/bookings/get-card.ts'
import type { Card } from '#domain/bookings/get-card.ts'
import { undoCancellation } from '#domain/bookings/undo-cancellation.ts'
import type { Context as VerbContext } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { isDate } from '#domain/schedules/wall-clock.ts'
import type { Hallway } from '#http/hallway.ts'
import { performOnce } from '#http/perform.ts'
import { respond } from '#http/respond.ts'
import { pageHeaders, sendTo, showPage } from '#web/page.ts'
import { readerOf } from '#web/reader.ts'
import type { Reader } from '#web/reader.ts'
import { deeds, setbacks } from '#web/words/words.ts'
import type { Setback } from '#web/words/words.ts'
import { toCalendarFile } from './calendar-file.ts'
import { addressOf, CardPage, labelOf, moods, nameOf, placeOf } from './card.page.tsx'
import { MovePage } from './move.page.tsx'

const version = z.coerce.number().int().positive()
const change = z.object({ version })
const move = z.object({ version, start: z.coerce.number().int().min(0).max(4_102_444_800_000) })
/** What an address says of what happened before: anything but a word of ours is nothing. */
const news = z.object({
  done: z.enum(deeds).optional().catch(undefined),
  failed: z.enum(setbacks).optional().catch(undefined),
})

export function addCard(door: OpenAPIHono<Hallway>): void {
  door.get('/card/:token', async (c) => {
    const { token, path } = cardOf(c)
    const { done, failed } = news.parse(c.req.query())
    const card = await performOnce(c, (ctx) => getCard(ctx, token))
    const said = done ? { done } : failed && { failed }
    return showPage(c, <CardPage reader={readerOf(c)} card={card} path={path} news={said} />)
  })

  door.get('/card/:token/pay', (c) => sendTo(c, `${cardOf(c).path}#pay`))

  door.get('/card/:token/booking.ics', async (c) => {
    const { token } = cardOf(c)
    const card = await performOnce(c, (ctx) => getCard(ctx, token))
    return respond(c, toCalendarFile(eventOf(card, readerOf(c), c.env.origin)), 200, {
      ...pageHeaders,
      'Content-Type': 'text/calendar; charset=UTF-8',
      'Content-Disposition': 'attachment; filename="booking.ics"',
    })
  })

  door.get('/card/:token/move', async (c) => {
    const { token, path } = cardOf(c)
    const from = c.req.query('from')
    const fromOn = from !== undefined && isDate(from) ? from : undefined
    const { failed } = news.parse(c.req.query())
    const found = await unlessOver(performOnce(c, (ctx) => findNewStarts(ctx, token, fromOn)))
    if (!found) return sendTo(c, `${path}?failed=late`)
    return showPage(c, <MovePage reader={readerOf(c)} found={found} path={path} failed={failed} />)
  })

  door.post('/card/:token/move', async (c) => {
    const { token, path } = cardOf(c)
    const { version: ifVersion, start: startAt } = await formOf(c, move)
    const setback = await attempt(c, (ctx) => updateBooking(ctx, { id: token, ifVersion, startAt }))
    if (setback === 'taken') return sendTo(c, `${path}/move?failed=taken`)
    return sendTo(c, setback ? `${path}?failed=${setback}` : `${path}?done=moved`)
  })

  door.post('/card/:token/cancel', async (c) => {
    const { token, path } = cardOf(c)
    const { version: ifVersion } = await formOf(c, change)
    const setback = await attempt(c, (ctx) => cancelBooking(ctx, { id: token, ifVersion }))
    return sendTo(c, setback ? `${path}?failed=${setback}` : `${path}?done=cancelled`)
  })

  door.post('/card/:token/undo', async (c) => {
    const { token, path } = cardOf(c)
    await formOf(c, change)
    const setback = await attempt(c, (ctx) => undoCancellation(ctx, token))
    return sendTo(c, setback ? `${path}?failed=${setback}` : `${path}?done=restored`)
  })
}

/** Which card is asked for. Throws not_found for what cannot be one. */
function cardOf(c: Context<Hallway>): { token: string; path: string } {
  const token = c.req.param('token') ?? ''
  if (!isCardToken(token)) throw new DomainError('booking.not_found')
  return { token, path: `/card/${token}` }
}

async function formOf<Form extends z.ZodType>(c: Context<Hallway>, form: Form): Promise<z.output<Form>> {
  // Browsers say where a form was sent from: ours never come from elsewhere.
  const site = c.req.header('Sec-Fetch-Site')
  if (site !== undefined && site !== 'same-origin') throw new DomainError('request.cross_site')
  const sent = form.safeParse(await c.req.parseBody())
  if (!sent.success) throw new DomainError('request.invalid')
  return sent.data
}

const late: ReadonlySet<string> = new Set(['booking.started', 'booking.change_too_late'])
const changed: ReadonlySet<string> = new Set([
  'booking.changed',
  'booking.stale',
  'booking.invalid_transition',
  'booking.not_movable',
])

/** Does what was asked for; answers why it was not done, if the reader can be told so on a page. */
async function attempt(
  c: Context<Hallway>,
  verb: (ctx: VerbContext) => Promise<unknown>,
): Promise<Setback | undefined> {
  try {
    await performOnce(c, verb)
    return undefined
  } catch (error) {
    const setback = error instanceof DomainError ? setbackOf(error) : undefined
    if (!setback) throw error
    return setback
  }
}

function setbackOf({ code, kind }: DomainError): Setback | undefined {
  if (late.has(code)) return 'late'
  if (changed.has(code)) return 'changed'
  // Whatever else speaks against a time: it is not to be had.
  return kind === 'conflict' || kind === 'invalid' ? 'taken' : undefined
}

async function unlessOver<Found>(found: Promise<Found>): Promise<Found | undefined> {
  try {
    return await found
  } catch (error) {
    if (error instanceof DomainError && error.code === 'booking.not_movable') return undefined
    throw error
  }
}

function eventOf(card: Card, reader: Reader, origin: string) {
  const { booking, status, business } = card
  const { id, version: present, startAt, endAt, updatedAt } = booking
  const place = [business.name, placeOf(card), addressOf(card, reader)].filter(Boolean).join('\n')
  const isOff = status === 'cancelled' || status === 'declined' || status === 'expired'
  return {
    uid: `booking-${id}@${new URL(origin).hostname}`,
    version: present,
    startAt,
    endAt,
    changedAt: updatedAt,
    status: isOff
      ? ('CANCELLED' as const)
      : moods[status] === 'open'
        ? ('TENTATIVE' as const)
        : ('CONFIRMED' as const),
    summary: `${nameOf(card, reader)} · ${business.name}`,
    location: place.replaceAll('\n', ', '),
    description: booking.resourceName === null ? null : `${labelOf(card, reader)}: ${booking.resourceName}`,
    url: cardUrlOf(booking, origin),
  }
}
