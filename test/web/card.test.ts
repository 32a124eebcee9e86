import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Row } from '#db/database.ts'
import type { bookings } from '#db/bookings/bookings.ts'
import { createBooking } from '#domain/appointments/create-booking.ts'
import { updateBooking } from '#domain/appointments/update-booking.ts'
import { cancelBooking } from '#domain/bookings/cancel-booking.ts'
import { removeBooking } from '#domain/bookings/remove-booking.ts'
import { newCardToken } from '#domain/bookings/card-token.ts'
import { eraseCustomer } from '#domain/customers/erase-customer.ts'
import { openContext } from '#domain/open-context.ts'
import { style, styleHref } from '#web/style.ts'
import { openPorts } from '../../src/wiring/index.ts'
import worker from '../../src/worker.ts'
import { counted } from '../round-trips.ts'
import {
  aPerson,
  aWorld,
  call,
  contextOf,
  days,
  hours,
  minutes,
  monday,
  query,
  setClock,
  settled,
  whoHolds,
} from '../world.ts'
import type { Answer, CallOptions, Person, World, WorldOptions } from '../world.ts'

beforeEach(() => setClock())

const tenOClock = monday + 2 * hours
const twoOClock = monday + 6 * hours

interface Carded {
  world: World
  ada: Person
  id: number
  path: string
}

/** A booking of Ada's at ten, with its card. */
async function aCard(options: WorldOptions = {}): Promise<Carded> {
  const world = await aWorld(options)
  const ada = await aPerson()
  const { businessId, serviceId } = world
  const wish = { businessId, serviceId, startAt: tenOClock, notes: 'By the window' }
  const booking = await createBooking(contextOf(ada), wish)
  await settled()
  return { world, ada, id: booking.id, path: `/card/${booking.cardToken}` }
}

async function read(id: number): Promise<Row<typeof bookings>> {
  const [booking] = await query<Row<typeof bookings>>('select * from bookings where id = ?', id)
  return booking!
}

const see = (path: string, options: CallOptions = {}) => call('GET', path, options)

/** Sends a form as a browser does. */
function submit(path: string, fields: Record<string, string | number>, headers = {}): Promise<Answer> {
  const body = Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  return call('POST', path, {
    body,
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Sec-Fetch-Site': 'same-origin',
      ...headers,
    },
  })
}

/** Where a form led. */
async function led(form: Promise<Answer>): Promise<string | null> {
  const { status, headers } = await form
  expect(status).toBe(303)
  return headers.get('Location')
}

/** A page without its tags. */
const textOf = ({ text }: Answer) => text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')

describe('the card of a booking', () => {
  it('opens to whoever has its address, and says what was booked, where, when and for how much', async () => {
    const { world, path } = await aCard({ timeZone: 'Europe/Berlin' })
    await query(
      "update businessListings set street = 'Torstrasse 1', postalCode = '10119', city = 'Berlin', country = 'DE', phone = '+49 30 1234' where id = ?",
      world.businessId,
    )
    const page = await see(path)
    expect(page.status).toBe(200)
    const text = textOf(page)
    const said = [
      'Studio',
      'Haircut',
      'Confirmed',
      'Staff 1',
      'Torstrasse 1 10119 Berlin Germany',
      'Monday, March 3, 2031',
      '11:00 – 11:30 AM',
      'Central European Standard Time',
      '€45.00',
      'Ada Lovelace',
      'By the window',
      '+49 30 1234',
    ]
    for (const words of said) expect(text).toContain(words)
  })

  it('says where its branch is and how that is reached, where the branch says so itself', async () => {
    const { world, path } = await aCard()
    await query(
      "update businessListings set street = 'Torstrasse 1', city = 'Berlin', country = 'DE', phone = '+49 30 1234' where id = ?",
      world.businessId,
    )
    await query(
      "update branches set street = 'Am Kai 2', city = 'Kiel', country = 'DE', phone = '+49 431 77' where id = ?",
      world.branchId,
    )
    const text = textOf(await see(path))
    for (const words of ['Am Kai 2', 'Kiel', '+49 431 77']) expect(text).toContain(words)
    expect(text).not.toMatch(/Berlin|1234/)
    // Another branch that says nothing of itself is not where the business is.
    await query('update branches set city = null, phone = null, isDefault = 0 where id = ?', world.branchId)
    const other = textOf(await see(path))
    expect(other).toContain('+49 30 1234')
    expect(other).not.toMatch(/Berlin|Kiel/)
  })

  it('asks for no more bytes than a slow line has in a second', async () => {
    const { path } = await aCard({ service: { durationMinutes: 15 } })
    for (const page of [path, `${path}/move`]) {
      expect((await see(page)).text.length + style.length).toBeLessThan(20_000)
    }
  })

  it('is at the address that the booking itself says', async () => {
    const { world, path, id } = await aCard()
    const { body } = await see(`/api/bookings/${id}`, { token: world.owner.token })
    expect(body.cardUrl).toBe(env.PUBLIC_ORIGIN + path)
  })

  it('has an address that nobody guesses, and that says nothing', async () => {
    const tokens = await Promise.all(Array.from({ length: 5 }, async () => (await aCard()).path.slice(6)))
    expect(new Set(tokens).size).toBe(5)
    for (const token of tokens) expect(token).toMatch(/^[\w-]{22}$/)
  })

  it('is shown to nobody but its reader: not kept, not indexed, not framed, not fetched by other pages', async () => {
    const { path } = await aCard()
    const { headers, text } = await see(path)
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=UTF-8',
      'content-security-policy':
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex, nofollow',
    })
    expect(headers.get('Access-Control-Allow-Origin')).toBeNull()
    expect(text).toContain('<meta name="robots" content="noindex, nofollow"/>')
    expect(text).not.toMatch(/<script|style=|onclick/)
  })

  it('brings its style sheet once, for good', async () => {
    const { path } = await aCard()
    expect((await see(path)).text).toContain(`href="${styleHref}"`)
    const sheet = await see(styleHref)
    expect([sheet.status, sheet.text]).toEqual([200, style])
    expect(sheet.headers.get('Content-Type')).toBe('text/css; charset=UTF-8')
    expect(sheet.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
  })

  it('shows what somebody wrote as they wrote it', async () => {
    const { path, id } = await aCard()
    await query(`update bookings set notes = '<b>"bold"</b> & more' where id = ?`, id)
    expect((await see(path)).text).toContain('&lt;b&gt;&quot;bold&quot;&lt;/b&gt; &amp; more')
  })

  it('does not say which zone to whoever is in it', async () => {
    const { path } = await aCard({ timeZone: 'Europe/Berlin' })
    const seenFrom = (timezone: string) => {
      const cf = { timezone } as RequestInitCfProperties
      return see(path, { fetcher: (request) => exports.default.fetch(new Request(request, { cf })) })
    }
    expect(textOf(await seenFrom('Europe/Berlin'))).not.toContain('Central European')
    expect(textOf(await seenFrom('Asia/Manila'))).toContain('Central European Standard Time')
  })

  it('waits for storage twice, however many bookings there are', async () => {
    const { path } = await aCard()
    const { response, steps, rowsRead } = await counted(new Request(`https://slotkeeper.test${path}`))
    expect([response.status, steps]).toEqual([200, 2])
    expect(rowsRead).toBeLessThan(20)
  })

  it('shows what was changed a moment ago, however far behind a copy of the database is', async () => {
    const { path } = await aCard()
    const sessions: unknown[] = []
    const DB = {
      withSession: (from: string) => {
        sessions.push(from)
        return env.DB.withSession(from)
      },
    }
    const execution = createExecutionContext()
    const bindings = { ...env, DB: DB as D1Database }
    const page = await worker.fetch(new Request(`https://slotkeeper.test${path}`), bindings, execution)
    await waitOnExecutionContext(execution)
    expect([page.status, sessions]).toEqual([200, ['first-primary']])
  })

  it('says nothing of whom it was for once it has expired', async () => {
    const { path, id } = await aCard({ service: { prepaymentMinor: 1000 } })
    vi.setSystemTime(monday + hours)
    expect((await read(id)).customerName).toBe('Ada Lovelace')
    const text = textOf(await see(path))
    expect(text).toContain('Expired')
    expect(text).not.toMatch(/Ada|By the window/)
  })

  it('says nothing of whoever was erased', async () => {
    const world = await aWorld()
    const { businessId, serviceId, owner } = world
    const customer = { name: 'Ada Lovelace', email: 'ada@example.com' }
    const wish = { businessId, serviceId, startAt: tenOClock, customer, notes: 'By the window' }
    const booking = await createBooking(contextOf(owner), wish)
    const path = `/card/${booking.cardToken}`
    expect(textOf(await see(path))).toMatch(/Ada Lovelace.*By the window/)
    await eraseCustomer(contextOf(owner), booking.customerId!)
    const text = textOf(await see(path))
    expect(text).toContain('Haircut')
    expect(text).not.toMatch(/Ada|By the window/)
  })
})

describe('where there is no card', () => {
  it('a page says so, and nothing else', async () => {
    const { path, id } = await aCard()
    await removeBooking(contextOf(), { id })
    const removed = await read(id)
    const nowhere = [path, `/card/${newCardToken()}`, `/card/${id}`, '/card/', `${path}/nothing`]
    const parts = ['/move', '/booking.ics'].map((part) => path + part)
    for (const each of [...nowhere, ...parts]) {
      const page = await see(each)
      expect([each, page.status]).toEqual([each, 404])
      expect(textOf(page)).toContain('There is no booking here')
      expect(page.headers.get('Content-Type')).toBe('text/html; charset=UTF-8')
      expect(page.headers.get('X-Robots-Tag')).toBe('noindex, nofollow')
      expect(page.text).not.toMatch(/Haircut|Ada/)
    }
    for (const deed of ['cancel', 'undo']) {
      expect((await submit(`${path}/${deed}`, { version: 1 })).status).toBe(404)
    }
    expect((await submit(`${path}/move`, { version: 1, start: twoOClock })).status).toBe(404)
    expect(await read(id)).toEqual(removed)
  })

  it('a failure of our own names the request', async () => {
    const { path } = await aCard()
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await query('alter table branches rename to elsewhere')
    const page = await see(path)
    await query('alter table elsewhere rename to branches')
    expect(page.status).toBe(500)
    expect(textOf(page)).toContain(`Request : ${page.headers.get('X-Request-Id')}`.replace(' :', ':'))
  })
})

describe('the language of a page', () => {
  it.each([
    ['ru', 'ru', 'Подтверждена'],
    ['sl-SI,sl;q=0.9,en;q=0.8', 'sl', 'Potrjeno'],
    ['is', 'is', 'Staðfest'],
    ['fil-PH', 'fil', 'Kumpirmado'],
    ['tl', 'fil', 'Kumpirmado'],
    ['en-GB', 'en', '11:00–11:30'],
    ['de-DE,ru;q=0.5,en;q=0.7', 'en', 'Confirmed'],
    ['ru;q=0,is;q=0.1', 'is', 'Staðfest'],
    ['ja', 'en', 'Confirmed'],
    ['', 'en', 'Confirmed'],
    ['*;q=x, ;;,-', 'en', 'Confirmed'],
  ])('is for %j %s', async (accepted, language, said) => {
    const { path } = await aCard({ timeZone: 'Europe/Berlin' })
    const page = await see(path, { headers: { 'Accept-Language': accepted } })
    expect(page.text).toContain(`<html lang="${language}">`)
    expect(textOf(page)).toContain(said)
  })

  it('is also that of a page that says what went wrong', async () => {
    const page = await see('/card/nothing', { headers: { 'Accept-Language': 'is' } })
    expect(page.text).toContain('<html lang="is">')
    expect(textOf(page)).toContain('Hér er engin bókun')
  })
})

describe('cancelling by the card', () => {
  it('frees the slot, and is said', async () => {
    const { world, path, id } = await aCard()
    const location = await led(submit(`${path}/cancel`, { version: 1 }))
    expect(location).toBe(`${path}?done=cancelled`)
    const page = textOf(await see(location!))
    expect(page).toContain('Your booking is cancelled.')
    expect(page).not.toContain('Cancel the booking')
    await vi.waitFor(async () => expect(await whoHolds(world)).toEqual({ lock: [], database: [] }))
    const history =
      'select status, actorType, actorId from bookingHistory where bookingId = ? order by version'
    // A person, and nobody knows who.
    expect((await query(history, id)).at(-1)).toEqual({
      status: 'cancelled',
      actorType: 'user',
      actorId: null,
    })
  })

  it('is taken back within a quarter of an hour: the booking has its slot again', async () => {
    const { world, path, id } = await aCard()
    await led(submit(`${path}/cancel`, { version: 1 }))
    vi.setSystemTime(monday + 14 * minutes)
    expect(textOf(await see(path))).toContain('Take the cancellation back')
    expect(await led(submit(`${path}/undo`, { version: 2 }))).toBe(`${path}?done=restored`)
    expect(await read(id)).toMatchObject({ status: 'confirmed', version: 3 })
    await vi.waitFor(async () => {
      const { lock, database } = await whoHolds(world)
      expect([lock.length, database.length]).toEqual([1, 1])
    })
  })

  it('is not taken back later', async () => {
    const { path, id } = await aCard()
    await led(submit(`${path}/cancel`, { version: 1 }))
    vi.setSystemTime(monday + 15 * minutes)
    expect(textOf(await see(path))).not.toContain('Take the cancellation back')
    expect(await led(submit(`${path}/undo`, { version: 2 }))).toBe(`${path}?failed=changed`)
    expect((await read(id)).status).toBe('cancelled')
  })

  it('is not taken back once somebody else has the slot', async () => {
    const { world, path, id } = await aCard()
    await led(submit(`${path}/cancel`, { version: 1 }))
    const { businessId, serviceId } = world
    await createBooking(contextOf(await aPerson('Grace')), { businessId, serviceId, startAt: tenOClock })
    expect(await led(submit(`${path}/undo`, { version: 2 }))).toBe(`${path}?failed=taken`)
    expect(textOf(await see(`${path}?failed=taken`))).toContain('This time is not free any more.')
    expect((await read(id)).status).toBe('cancelled')
  })

  it('gives nobody what the business had not given: what waited for its word waits again', async () => {
    const { path, id } = await aCard({ service: { confirmation: 'approval' } })
    await led(submit(`${path}/cancel`, { version: 1 }))
    await led(submit(`${path}/undo`, { version: 2 }))
    expect(await read(id)).toMatchObject({ status: 'pending', expiresAt: tenOClock, confirmedAt: null })
  })

  it('gives no unpaid booking more time to be paid', async () => {
    const { path, id } = await aCard({ service: { prepaymentMinor: 1000 } })
    await led(submit(`${path}/cancel`, { version: 1 }))
    expect(textOf(await see(path))).not.toContain('Take the cancellation back')
    await led(submit(`${path}/undo`, { version: 2 }))
    expect((await read(id)).status).toBe('cancelled')
  })

  it('takes nothing back that the business has called off', async () => {
    const { world, path, id } = await aCard()
    await cancelBooking(contextOf(world.owner), { id })
    expect(textOf(await see(path))).not.toContain('Take the cancellation back')
    expect(await led(submit(`${path}/undo`, { version: 2 }))).toBe(`${path}?failed=changed`)
    expect((await read(id)).status).toBe('cancelled')
  })

  it('is over when the business needs to know sooner', async () => {
    const { path, id } = await aCard({ service: { changeNoticeMinutes: 180 } })
    const text = textOf(await see(path))
    expect(text).toContain('It is too late to change the booking here.')
    expect(text).not.toMatch(/Cancel the booking|Choose another time/)
    expect(await led(submit(`${path}/cancel`, { version: 1 }))).toBe(`${path}?failed=late`)
    expect(await led(submit(`${path}/move`, { version: 1, start: twoOClock }))).toBe(`${path}?failed=late`)
    expect(await led(see(`${path}/move`))).toBe(`${path}?failed=late`)
    expect((await read(id)).status).toBe('confirmed')
  })

  it('begins from what the reader has seen', async () => {
    const { world, path, id } = await aCard()
    await updateBooking(contextOf(world.owner), { id, startAt: twoOClock })
    expect(await led(submit(`${path}/cancel`, { version: 1 }))).toBe(`${path}?failed=changed`)
    expect((await read(id)).status).toBe('confirmed')
  })
})

describe('moving by the card', () => {
  it('offers the free starts of the same person, and moves the booking to the one that is chosen', async () => {
    const { world, path, id } = await aCard({ staff: 2 })
    const { businessId, serviceId, staffIds } = world
    const { resourceId } = await read(id)
    const other = { businessId, serviceId, startAt: twoOClock }
    await createBooking(contextOf(await aPerson('Grace')), { ...other, resourceId: resourceId! })
    const page = await see(`${path}/move`)
    const starts = [...page.text.matchAll(/value="(\d{13})"/g)].map(([, at]) => Number(at))
    expect(starts).toContain(tenOClock + hours)
    expect(starts).not.toContain(twoOClock)

    expect(await led(submit(`${path}/move`, { version: 1, start: tenOClock + hours }))).toBe(
      `${path}?done=moved`,
    )
    expect(await read(id)).toMatchObject({ startAt: tenOClock + hours, resourceId, version: 2 })
    expect(textOf(await see(`${path}?done=moved`))).toContain('Your booking has a new time.')
    expect(staffIds).toHaveLength(2)
  })

  it('leaves it where it is when somebody was quicker, and lets the reader choose again', async () => {
    const { world, path, id } = await aCard()
    const { businessId, serviceId } = world
    await createBooking(contextOf(await aPerson('Grace')), { businessId, serviceId, startAt: twoOClock })
    const location = await led(submit(`${path}/move`, { version: 1, start: twoOClock }))
    expect(location).toBe(`${path}/move?failed=taken`)
    expect(textOf(await see(location!))).toContain('This time is not free any more.')
    expect((await read(id)).startAt).toBe(tenOClock)
  })

  it('asks the business again where it asks for its word', async () => {
    const { world, path, id } = await aCard({ service: { confirmation: 'approval' } })
    await query(
      "update bookings set status = 'confirmed', confirmedAt = 1, expiresAt = null where id = ?",
      id,
    )
    await led(submit(`${path}/move`, { version: 1, start: twoOClock }))
    expect(await read(id)).toMatchObject({ status: 'pending', startAt: twoOClock })
    expect(world.staffIds).toHaveLength(1)
  })

  it('goes on from day to day, and back to today', async () => {
    const { path } = await aCard()
    const first = await see(`${path}/move`)
    expect(textOf(first)).not.toContain('From today')
    const [, next] = /href="([^"]*\?from=[^"]*)"/.exec(first.text) ?? []
    expect(next).toBe(`${path}/move?from=2031-03-07`)
    const second = await see(next!)
    expect(textOf(second)).toContain('From today')
    expect(second.text).not.toContain(`value="${tenOClock + days}"`)
    expect(second.text).toContain(`value="${tenOClock + 4 * days}"`)
  })

  it('says so where nothing is free, and takes any nonsense of a day for today', async () => {
    const { path } = await aCard({ service: { maxAdvanceDays: 7 } })
    const far = await see(`${path}/move?from=2032-01-01`)
    expect(textOf(far)).toContain('There are no free times in the coming weeks.')
    expect((await see(`${path}/move?from=tomorrow`)).text).toContain(`value="${twoOClock}"`)
  })
})

describe('whoever has a card', () => {
  const holding = (cardToken: string) =>
    openContext(openPorts(env, { waitUntil: () => undefined }), {
      caller: { type: 'card', cardToken },
      clock: { now: () => Date.now() },
      requestId: 'test',
    })

  it('has that one booking and no other', async () => {
    const [mine, theirs] = [await aCard(), await aCard()]
    const ctx = holding(mine.path.slice(6))
    await expect(cancelBooking(ctx, { id: theirs.id })).rejects.toMatchObject({ code: 'booking.not_found' })
    await expect(cancelBooking(ctx, { id: theirs.path.slice(6) })).rejects.toMatchObject({
      code: 'booking.not_found',
    })
    await expect(cancelBooking(ctx, { id: mine.id })).resolves.toMatchObject({ status: 'cancelled' })
  })

  it('is counted for the address that they come from', async () => {
    const { path } = await aCard()
    const headers = { 'CF-Connecting-IP': '203.0.113.77' }
    const limiter = env.RATE_LIMITER.getByName('ip:203.0.113.77')
    const policy = { name: 'default', limit: 500, windowMs: 15 * minutes }
    for (let calls = 0; calls < 500; calls++) await limiter.ask([policy])
    for (const refused of [
      await see(path, { headers }),
      await submit(`${path}/cancel`, { version: 1 }, headers),
    ]) {
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
      expect(textOf(refused)).toContain('Too many requests')
    }
    expect((await see(path)).status).toBe(200)
  })

  it('sends forms from the card alone', async () => {
    const { path, id } = await aCard()
    for (const site of ['cross-site', 'same-site', 'none']) {
      const answer = await submit(`${path}/cancel`, { version: 1 }, { 'Sec-Fetch-Site': site })
      expect([answer.status, textOf(answer)]).toEqual([
        403,
        expect.stringContaining('cannot be done from here'),
      ])
    }
    for (const fields of [{}, { version: 'x' }, { version: -1 }]) {
      expect((await submit(`${path}/cancel`, fields as Record<string, string>)).status).toBe(400)
    }
    expect((await submit(`${path}/move`, { version: 1, start: '1e99' })).status).toBe(400)
    expect((await see(`${path}/cancel`)).status).toBe(404)
    expect((await read(id)).status).toBe('confirmed')
  })
})

describe('what is to be paid', () => {
  it('is said at an address of its own: how much, until when, to whom', async () => {
    const { path } = await aCard({ service: { prepaymentMinor: 1000 } })
    expect(await led(see(`${path}/pay`))).toBe(`${path}#pay`)
    const page = await see(path)
    expect(page.text).toContain('id="pay"')
    expect(textOf(page)).toMatch(/To pay: €45\.00 Please pay €10\.00 until Mar 3, 2031, 8:30 AM/)
    expect(textOf(page)).toContain('You pay the business directly.')
  })

  it('is what the discount and the payments leave', async () => {
    const { path, id } = await aCard()
    await query(
      "update bookings set discountMinor = 500, discountKind = 'fixed', discountValue = 500, paidMinor = 1500, paymentStatus = 'partially_paid' where id = ?",
      id,
    )
    expect(textOf(await see(path))).toMatch(/Price €45\.00 Discount -€5\.00 Paid €15\.00 To pay €25\.00/)
  })

  it('is nothing once it is paid, or when the booking is called off', async () => {
    const { path, id } = await aCard()
    await led(submit(`${path}/cancel`, { version: 1 }))
    expect((await see(path)).text).not.toContain('id="pay"')
    await led(submit(`${path}/undo`, { version: 2 }))
    expect((await see(path)).text).toContain('id="pay"')
    await query("update bookings set paidMinor = 4500, paymentStatus = 'paid' where id = ?", id)
    const page = await see(path)
    expect(page.text).not.toContain('id="pay"')
    expect(textOf(page)).toContain('Paid €45.00')
  })
})

describe('the card in a calendar', () => {
  it('is one event, which follows the booking', async () => {
    const { path, id } = await aCard({ timeZone: 'Europe/Berlin' })
    const file = await see(`${path}/booking.ics`)
    expect(file.status).toBe(200)
    expect(file.headers.get('Content-Type')).toBe('text/calendar; charset=UTF-8')
    expect(file.text.split('\r\n')).toEqual(
      expect.arrayContaining([
        `UID:booking-${id}@slotkeeper.example`,
        'SEQUENCE:1',
        'DTSTART:20310303T100000Z',
        'DTEND:20310303T103000Z',
        'STATUS:CONFIRMED',
        'SUMMARY:Haircut · Studio',
      ]),
    )
    await led(submit(`${path}/move`, { version: 1, start: twoOClock }))
    await led(submit(`${path}/cancel`, { version: 2 }))
    const after = (await see(`${path}/booking.ics`)).text.split('\r\n')
    expect(after).toEqual(
      expect.arrayContaining([
        `UID:booking-${id}@slotkeeper.example`,
        'SEQUENCE:3',
        'DTSTART:20310303T140000Z',
        'STATUS:CANCELLED',
      ]),
    )
  })
})
