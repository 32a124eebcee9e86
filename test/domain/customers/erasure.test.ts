// A person who is forgotten stays forgotten, whatever was on its way, and everybody who keeps copies hears of it.
import { beforeEach, describe, expect, it } from 'vitest'
import {
  bookingsToErase,
  erasePersonFromAnswers,
  erasePersonFromBookingEvents,
} from '#db/bookings/erasure.ts'
import { eraseCustomerRows } from '#db/customers.ts'
import { insertEvent } from '#db/events.ts'
import { eraseAccount } from '#domain/accounts/erase-account.ts'
import { cancelBooking } from '#domain/bookings/cancel-booking.ts'
import { createBooking } from '#domain/appointments/create-booking.ts'
import { getBookingHistory } from '#domain/bookings/get-booking.ts'
import { holdSlot } from '#domain/appointments/hold-slot.ts'
import { updateBooking } from '#domain/appointments/update-booking.ts'
import type { Ports } from '#domain/context.ts'
import { eraseCustomer } from '#domain/customers/erase-customer.ts'
import { personal } from '#domain/events/event-data.ts'
import type { Subject } from '#domain/events/event-data.ts'
import { newId } from '#domain/identifiers.ts'
import { receiveLead } from '#domain/leads/receive-lead.ts'
import { PostOffice, aWebhook } from '../../post-office.ts'
import {
  aPerson,
  aWorld,
  contextOf,
  hours,
  minutes,
  monday,
  query,
  setClock,
  settled,
  write,
} from '../../world.ts'
import type { Person, World } from '../../world.ts'

let people = 0
/** The name of the person, which no other test's person has. */
let canary: string
const tenOClock = monday + 2 * hours
let world: World
let ada: Person

beforeEach(async () => {
  setClock()
  canary = `zyxwvut${++people}x`
  world = await aWorld()
  ada = await aPerson(canary, 'Personal')
})

const wish = (startAt = tenOClock) => ({ businessId: world.businessId, serviceId: world.serviceId, startAt })
const trusting = (ports: Ports): Ports => ({
  ...ports,
  passwords: { ...ports.passwords, verify: () => Promise.resolve(true) },
})
const erase = (person = ada, around: (ports: Ports) => Ports = (ports) => ports) =>
  eraseAccount(
    contextOf(person, (ports) => around(trusting(ports))),
    { password: '', address: '' },
  )

/** Ports whose writes wait until `open` is called, and tell by `reached` that one of them waits. */
function gate() {
  const waiting = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  const around = (ports: Ports): Ports => ({
    ...ports,
    db: new Proxy(ports.db, {
      get: (db, name: keyof Ports['db']) => {
        if (name !== 'commit') return typeof db[name] === 'function' ? db[name].bind(db) : db[name]
        return async (statements: Parameters<Ports['db']['commit']>[0]) => {
          waiting.resolve()
          await opened.promise
          return db.commit(statements)
        }
      },
    }),
  })
  return { around, reached: waiting.promise, open: () => opened.resolve() }
}

/** The columns that tell of the person, in whatever table. */
async function whereItIsTold(): Promise<string[]> {
  const tables = await query<{ name: string }>(
    `select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\'`,
  )
  const found = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await query(`select * from "${name}"`)
      return rows.flatMap((row) =>
        Object.entries(row)
          .filter(([, value]) => String(value).toLowerCase().includes(canary))
          .map(([column]) => `${name}.${column}`),
      )
    }),
  )
  return [...new Set(found.flat())]
}

describe('once somebody is erased', () => {
  it('a booking that was on its way is kept without their name', async () => {
    await createBooking(contextOf(ada), wish())
    const slow = gate()
    const late = createBooking(contextOf(ada, slow.around), {
      ...wish(tenOClock + hours),
      notes: canary,
      customFields: { nick: canary },
    })
    await slow.reached
    await erase()
    slow.open()
    expect((await late).status).toBe('confirmed')
    await settled()
    expect(await whereItIsTold()).toEqual([])
  })

  it('their very first booking of a business, on its way, makes nobody known there', async () => {
    const slow = gate()
    const late = createBooking(contextOf(ada, slow.around), wish())
    await slow.reached
    await erase()
    slow.open()
    await late
    await settled()
    expect(await whereItIsTold()).toEqual([])
    expect(await query('select id from customers where accountId = ?', ada.id)).toEqual([])
  })

  it('a change of the business that was on its way is kept and told without their name', async () => {
    const office = new PostOffice()
    const hook = await aWebhook(world)
    const { id } = await createBooking(contextOf(ada), wish())
    const slow = gate()
    const late = cancelBooking(
      contextOf(world.owner, (ports) => slow.around(office.around(ports))),
      { id, reason: `${canary} is ill` },
    )
    await slow.reached
    // The change was read at version 1 and comes second: it is refused, and made again from what is there now.
    await erase()
    slow.open()
    await expect(late).rejects.toMatchObject({ code: 'booking.changed' })
    await cancelBooking(contextOf(world.owner, office.around), { id, reason: `${canary} is ill` })
    await office.deliver()
    expect(await whereItIsTold()).toEqual([])
    expect(office.received.filter(({ url }) => url === hook.url).at(-1)?.body).toMatchObject({
      type: 'booking.cancelled',
      data: { customer: { name: null, email: null, phone: null }, cancelReason: null },
    })
  })

  it('nobody writes their name onto a booking again', async () => {
    const { id } = await createBooking(contextOf(ada), wish())
    await erase()
    const change = { id, customer: { name: canary }, notes: canary }
    expect(await updateBooking(contextOf(world.owner), change)).toMatchObject({
      customerName: null,
      notes: null,
      version: 3,
    })
    const off = await cancelBooking(contextOf(world.owner), { id, reason: canary })
    expect(off).toMatchObject({ status: 'cancelled', cancelReason: null, version: 4 })
    await settled()
    expect(await whereItIsTold()).toEqual([])
  })

  it('what receivers answered with is gone, also from an answer that was on its way', async () => {
    const office = new PostOffice()
    const hook = await aWebhook(world)
    const echo = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    let calls = 0
    office.receivers.set(hook.url, async ({ text }) => {
      calls += 1
      if (calls === 2) {
        asked.resolve()
        await echo.promise
      }
      return new Response(text, { headers: { 'X-Echo': canary } })
    })
    await createBooking(contextOf(ada, office.around), wish())
    await office.deliver()
    await createBooking(contextOf(ada, office.around), wish(tenOClock + hours))
    const delivering = office.deliver()
    await asked.promise
    await erase()
    echo.resolve()
    await delivering
    expect(await whereItIsTold()).toEqual([])
  })
})

describe('an erasure', () => {
  it('is a step of each booking, told to everybody who was told of the booking', async () => {
    const office = new PostOffice()
    const hook = await aWebhook(world)
    const { id } = await createBooking(contextOf(ada, office.around), wish())
    await office.deliver()
    setClock(monday + minutes)
    await erase(ada, office.around)
    await office.deliver()
    expect(await getBookingHistory(contextOf(world.owner), id)).toMatchObject([
      { version: 1, reason: null },
      { version: 2, reason: 'erased', actorType: 'user', actorId: ada.id, createdAt: monday + minutes },
    ])
    const told = office.received.filter(({ url }) => url === hook.url).map(({ body }) => body)
    expect(told).toMatchObject([
      { sequence: 1, type: 'booking.created', data: { version: 1 } },
      { sequence: 2, type: 'booking.updated', data: { id, version: 2, customer: { name: null } } },
    ])
  })

  it('says nothing of a hold that was nobody else’s news', async () => {
    const { id } = await holdSlot(contextOf(ada), { ...wish(), ttlSeconds: 60 })
    await erase()
    expect(await query('select version, status, customerName from bookings where id = ?', id)).toEqual([
      { version: 2, status: 'held', customerName: null },
    ])
    expect(await query('select id from events where subjectId = ?', id)).toEqual([])
  })

  it('is whole for an account with more bookings than one batch holds, in sequence and without holes', async () => {
    const other = await aWorld()
    const booked = await Promise.all([
      createBooking(contextOf(ada), wish()),
      createBooking(contextOf(ada), { ...wish(), businessId: other.businessId, serviceId: other.serviceId }),
    ])
    for (const { id } of booked) await copies(id, 70)
    await erase()
    expect(await whereItIsTold()).toEqual([])
    const counts = await query(
      `select count(*) as "events", max(sequence) as "last" from events where businessId in (?, ?) group by businessId`,
      world.businessId,
      other.businessId,
    )
    expect(counts).toEqual([
      { events: 72, last: 72 },
      { events: 72, last: 72 },
    ])
    expect(await query('select id from accounts where id = ? and erasedAt is not null', ada.id)).toHaveLength(
      1,
    )
  })

  it('goes on where it stopped when there are too many bookings for one request', async () => {
    const { id } = await createBooking(contextOf(ada), wish())
    await copies(id, 760)
    await expect(erase()).rejects.toMatchObject({ kind: 'conflict', code: 'customer.erasure_unfinished' })
    expect(await query('select id from accounts where id = ? and erasedAt is null', ada.id)).toHaveLength(1)
    await erase()
    expect(await whereItIsTold()).toEqual([])
  })

  it('comes second to a booking that was made while it was read, and takes that along', async () => {
    await createBooking(contextOf(ada), wish())
    const slow = gate()
    const erasing = erase(ada, slow.around)
    await slow.reached
    const { id } = await createBooking(contextOf(ada), wish(tenOClock + hours))
    await settled()
    slow.open()
    await erasing
    expect(await whereItIsTold()).toEqual([])
    expect(await query('select version from bookings where id = ?', id)).toEqual([{ version: 2 }])
  })

  it('keeps nothing else that was known of them, nor of how they stayed', async () => {
    const { id, customerId } = await createBooking(contextOf(ada), wish())
    await settled()
    await query(
      `update customers set forename = ?1, companyName = ?1, taxId = ?1, kind = 'regular', language = 'de',
         countryCode = 'DE', countryId = 49, details = json_object('comments', ?1), words = json_array(?1) where id = ?2`,
      canary,
      customerId,
    )
    await aStay(id)
    await query(
      `insert into tokens (id, kind, accountId, secretHash, name, createdAt) values (1, 'calendar', ?, 'hash', ?, 0)`,
      ada.id,
      canary,
    )
    await erase()
    expect(await whereItIsTold()).toEqual([])
    const nothing = {
      kind: 'none',
      language: null,
      countryCode: null,
      countryId: null,
      details: '{}',
      words: '[]',
    }
    const known = 'select kind, language, countryCode, countryId, details, words from customers where id = ?'
    expect(await query(known, customerId)).toEqual([nothing])
    expect(await query('select kidsAges from stays where bookingId = ?', id)).toEqual([{ kidsAges: null }])
  })

  it('is written down by nobody again, as a guest or as somebody who stayed', async () => {
    const { id } = await createBooking(contextOf(ada), wish())
    await erase()
    await aStay(id)
    expect(await whereItIsTold()).toEqual([])
    await query(
      "update stays set doorCode = ?1, details = json_object('with', ?1) where bookingId = ?2",
      canary,
      id,
    )
    await query(
      `insert into customers (id, businessId, accountId, name, forename, email, phone, companyName, taxId, kind, language,
         countryCode, countryId, details, words, createdAt, updatedAt)
       values (77, ?2, ?3, ?1, ?1, ?1, ?1, ?1, ?1, 'unwanted', 'de', 'DE', 49, json_object('comments', ?1),
         json_array(?1), 0, 0)`,
      canary,
      world.businessId,
      ada.id,
    )
    expect(await whereItIsTold()).toEqual([])
    expect(await query('select accountId, kind, countryCode from customers where id = 77')).toEqual([
      { accountId: null, kind: 'none', countryCode: null },
    ])
  })

  it('is not erased while a stay still tells of them, so that none can be overlooked', async () => {
    const { id, customerId } = await createBooking(contextOf(world.owner), {
      ...wish(),
      customer: { name: 'Grace' },
    })
    await settled()
    await query('update bookings set customerName = null where id = ?', id)
    await aStay(id)
    const erased = query('update customers set name = null, erasedAt = 1 where id = ?', customerId)
    await expect(erased).rejects.toThrow('customer_named')
    await eraseCustomer(contextOf(world.owner), customerId!)
    expect(await query('select erasedAt from customers where id = ?', customerId)).toEqual([
      { erasedAt: monday },
    ])
  })

  it('reads no more rows for the bookings of other people', async () => {
    const whose = { accountId: 1, customerId: 0 }
    for (const statement of [
      bookingsToErase({ ...whose, limit: 1 }),
      eraseCustomerRows({ ...whose, now: monday }),
      erasePersonFromBookingEvents({ ids: '[1]' }),
      erasePersonFromAnswers({ ids: '[1]' }),
    ]) {
      const plan = await query<{ detail: string }>(
        `explain query plan ${statement.text}`,
        ...statement.values,
      )
      expect(
        plan
          .map(({ detail }) => detail)
          .filter((step) => /^SCAN (bookings|customers|step|told|events|webhook\w+)/.test(step)),
      ).toEqual([])
    }
  })
})

describe('a customer whom the business wrote down', () => {
  it('is erased by the business, with all that their bookings tell', async () => {
    const customer = { name: canary, email: `${canary}@example.com` }
    const booking = await createBooking(contextOf(world.owner), { ...wish(), customer, notes: canary })
    await settled()
    await eraseCustomer(contextOf(world.owner), booking.customerId!)
    expect(await whereItIsTold()).toEqual(['accounts.email', 'accounts.firstName'])
    expect(await query('select version from bookings where id = ?', booking.id)).toEqual([{ version: 2 }])
    await expect(eraseCustomer(contextOf(world.owner), booking.customerId!)).rejects.toMatchObject({
      code: 'customer.not_found',
    })
  })
})

/** What a booking would tell of a stay. */
async function aStay(bookingId: number): Promise<void> {
  await query(
    `insert into stays (bookingId, businessId, arrivalOn, departureOn, adults, children, kidsAges, meal, doorCode,
       details)
     values (?1, ?2, '2031-03-03', '2031-03-05', 2, 2, '[3,5]', 'none', ?3, json_object('with', ?3))`,
    bookingId,
    world.businessId,
    canary,
  )
}

describe('what an event tells', () => {
  const erasing = Object.entries(personal).flatMap(([subject, fields]) =>
    Object.keys(fields).length > 0 ? [[subject as Subject, fields] as const] : [],
  )

  it.each(erasing)('of a person goes with them, and nothing else: %s', async (subject, fields) => {
    const { id, customerId } = await createBooking(contextOf(ada), wish())
    const [written] = await query<{ data: string }>('select data from events where subjectId = ?', id)
    const told: object = { ...JSON.parse(written!.data), customerId }
    const filled = Object.fromEntries(Object.keys(fields).map((name) => [name, canary]))
    const everything = { ...told, ...filled }
    const subjectId = subject === 'lead' ? await aLead(customerId) : id
    const add = async (requestId: string) => {
      const eventId = newId(Date.now())
      await write(
        insertEvent({
          id: eventId,
          businessId: world.businessId,
          subject,
          type: `${subject}.updated`,
          subjectId,
          data: JSON.stringify(everything),
          actorType: 'system',
          actorId: null,
          requestId,
          createdAt: monday,
          announceAt: monday,
          forgetAt: monday,
        }),
      )
      return eventId
    }
    const [step] = await query<{ requestId: string }>(
      'select requestId from bookingHistory where bookingId = ?',
      id,
    )
    const before = await add(step!.requestId)
    await erase()
    const after = await add('on its way')
    for (const eventId of [before, after]) {
      const [row] = await query<{ data: string }>('select data from events where id = ?', eventId)
      expect(JSON.parse(row!.data)).toEqual({ ...everything, ...fields })
    }
  })
})

/** A lead that this customer has booked from. */
async function aLead(customerId: number | null): Promise<number> {
  const { id } = await receiveLead(contextOf(), { businessId: world.businessId, name: canary })
  await query('update leads set customerId = ? where id = ?', customerId, id)
  return id
}

let crowds = 0

/** So many more bookings like this one, over and done with, and one event of each. */
async function copies(id: number, count: number): Promise<void> {
  const numbers = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?2)`
  const first = ++crowds * 1_000_000
  const columns = `businessId, branchId, kind, serviceId, resourceId, customerId, customerName, customerEmail,
    customerPhone, startAt, endAt, blockedFromAt, blockedToAt, units, capacity, timeZone`
  const rest = `confirmedAt, paymentStatus, priceMinor, currency, discountMinor, paidMinor, customFields, version,
    createdAt, updatedAt`
  await query(
    `${numbers} insert into bookings (id, ${columns}, status, cardToken, ${rest})
       select ?3 + i, ${columns}, 'completed', hex(randomblob(11)), ${rest} from bookings, n where id = ?1`,
    id,
    count,
    first,
  )
  await query(
    `${numbers} insert into bookingHistory (bookingId, version, businessId, status, startAt, endAt, actorType,
         requestId, createdAt)
       select ?3 + i, version, businessId, status, startAt, endAt, actorType, requestId, createdAt
       from bookingHistory, n where bookingId = ?1`,
    id,
    count,
    first,
  )
}
