// What both Workers find in their databases, and the requests that the bench makes of it.
import { randomBytes } from 'node:crypto'
import { hashOfKey, newApiKey } from '#domain/api-keys/api-key-format.ts'
import { shownOf } from '#domain/api-keys/api-key.ts'
import type { LoadRequest } from './load.ts'
import type { LockCall } from './side-door.ts'

const DAY = 86_400_000
const HALF_HOUR = 30 * 60_000
const today = Math.floor(Date.now() / DAY) * DAY

/** As many digits as the service's own ids have. */
let lastId = 240_000_000_000_000
const newId = () => ++lastId

type Row = Record<string, number | string | null>
const tables: Record<string, Row[]> = {}

function add(table: string, row: Row): void {
  ;(tables[table] ??= []).push(row)
}

const stamps = { createdAt: today, updatedAt: today }

/** Callers enough that none of them meets its rate limit: 500 requests in 15 minutes. */
export const accountIds = Array.from({ length: 320 }, newId)
for (const [index, id] of accountIds.entries()) {
  const person = { id, email: `caller${index}@example.com`, firstName: 'Ada', lastName: `Example ${index}` }
  add('accounts', { ...person, passwordHash: null, phone: null, locale: null, erasedAt: null, ...stamps })
}
const [ownerId = 0] = accountIds

interface Place {
  businessId: number
  branchId: number
}

interface Business extends Place {
  serviceId: number
  staffIds: number[]
}

const timeZone = 'Europe/Berlin'

function addPlace(name: string): Place {
  const [businessId, branchId] = [newId(), newId()]
  const business = { id: businessId, timeZone, currency: 'EUR', active: 1, ...stamps }
  const listed = {
    ownerId,
    planId: 'premium',
    slug: name,
    name,
    category: 'hair',
    ratingSum: 0,
    ratingCount: 0,
  }
  add('businesses', business)
  add('businessListings', { ...business, ...listed })
  add('branches', { id: branchId, businessId, name: 'Main', timeZone, isDefault: 1, ...stamps })
  return { businessId, branchId }
}

/** A business whose staff all perform its one service: half an hour, one client at a time. */
function addBusiness(name: string, staff: number, startMinute: number, endMinute: number): Business {
  const { businessId, branchId } = addPlace(name)
  const serviceId = newId()
  const limits = {
    capacity: 1,
    slotIntervalMinutes: null,
    minNoticeMinutes: 0,
    changeNoticeMinutes: 0,
    maxAdvanceDays: null,
  }
  const buffers = { bufferBeforeMinutes: 0, bufferAfterMinutes: 0 }
  const price = { priceMinor: 4500, currency: 'EUR', prepaymentMinor: null, confirmation: 'instant' }
  const service = {
    name: 'Cut and colour',
    description: null,
    durationMinutes: 30,
    performedBy: 'everybody',
    active: 1,
    archivedAt: null,
  }
  add('services', { id: serviceId, businessId, ...service, ...limits, ...buffers, ...price, ...stamps })
  const weekly = JSON.stringify([1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute, endMinute })))
  const staffIds = Array.from({ length: staff }, newId)
  for (const id of staffIds) {
    const member = {
      name: 'Grace Example',
      title: null,
      email: null,
      phone: null,
      active: 1,
      archivedAt: null,
    }
    add('resources', { id, businessId, branchId, kind: 'staff', ...member, ...stamps })
    add('schedules', { resourceId: id, businessId, weekly, updatedAt: today })
  }
  return { businessId, branchId, serviceId, staffIds }
}

function addBooking(
  { businessId, branchId, serviceId = null }: Place & { serviceId?: number | null },
  resourceId: number,
  startAt: number,
  { kind = 'appointment', endAt = startAt + HALF_HOUR } = {},
): number {
  const id = newId()
  const who = {
    customerId: null,
    customerName: 'Ada Example',
    customerEmail: 'ada@example.com',
    customerPhone: null,
  }
  const when = { startAt, endAt, blockedFromAt: startAt, blockedToAt: endAt, timeZone }
  const state = { status: 'confirmed', expiresAt: null, confirmedAt: today, cancelReason: null, version: 1 }
  const money = {
    paymentStatus: 'unpaid',
    priceMinor: 4500,
    currency: 'EUR',
    couponCode: null,
    discountMinor: 0,
    paidMinor: 0,
  }
  const rest = {
    kind,
    units: 1,
    capacity: 1,
    notes: 'Prefers the window',
    customFields: '{}',
    cardToken: randomBytes(16).toString('base64url'),
  }
  add('bookings', {
    id,
    businessId,
    branchId,
    serviceId,
    resourceId,
    ...who,
    ...when,
    ...state,
    ...money,
    ...rest,
    ...stamps,
  })
  return id
}

/** Opened twelve hours a day, with so many bookings on each of the coming days. */
function addBusyBusiness(name: string, staff: number, days: number, perDay: number): Business {
  const business = addBusiness(name, staff, 8 * 60, 20 * 60)
  for (const staffId of business.staffIds) {
    for (let day = 1; day <= days; day++) {
      for (let nth = 0; nth < perDay; nth++) {
        // From 7:00 UTC on, which is within opening hours in summer and in winter.
        const slot = Math.floor((nth * 22) / perDay)
        addBooking(business, staffId, today + day * DAY + 14 * HALF_HOUR + slot * HALF_HOUR)
      }
    }
  }
  return business
}

const single = addBusyBusiness('single', 1, 7, 20)
const large = addBusyBusiness('large', 50, 30, 10)

/** Open around the clock; every caller owns it and is its customer, and each of its staff is taken at one time. */
const open = addBusiness('open', 64, 0, 24 * 60)
for (const [index, accountId] of accountIds.entries()) {
  add('members', {
    businessId: open.businessId,
    accountId,
    role: 'owner',
    resourceId: null,
    createdAt: today,
  })
  const contact = { name: `Ada Example ${index}`, email: `caller${index}@example.com`, phone: null }
  add('customers', {
    id: newId(),
    businessId: open.businessId,
    accountId,
    ...contact,
    kind: 'none',
    details: '{}',
    erasedAt: null,
    ...stamps,
  })
}
const takenAt = today + 100 * DAY
const takenIds = open.staffIds.map((staffId) => addBooking(open, staffId, takenAt))

/** A house of rooms for two. */
interface House extends Place {
  roomIds: number[]
  guestId: number
  keys: { key: string; keyHash: string }[]
}

/** With keys enough that none of them meets its rate limit: 60 requests a minute. */
function addHouse(name: string, rooms: number): House {
  const place = addPlace(name)
  const { businessId, branchId } = place
  const roomIds = Array.from({ length: rooms }, newId)
  for (const id of roomIds) {
    const nobody = { title: null, email: null, phone: null, active: 1, archivedAt: null }
    add('resources', { id, businessId, branchId, kind: 'room', name: `Room ${id}`, ...nobody, ...stamps })
    const beds = { singleBeds: 0, doubleBeds: 1, extraBeds: 0 }
    const persons = { persons: 2, maxAdults: 2, maxChildren: 0 }
    const rest = { housekeeping: 'clean', squareUnit: 'm2', description: '{}', equipment: '[]', isOffered: 1 }
    add('rooms', { resourceId: id, businessId, form: 'double_room', ...persons, ...beds, ...rest })
  }
  const guestId = newId()
  const contact = { accountId: null, name: 'Ada Example', email: 'ada@example.com', phone: null }
  add('customers', {
    id: guestId,
    businessId,
    ...contact,
    kind: 'none',
    details: '{}',
    erasedAt: null,
    ...stamps,
  })
  const scopes = JSON.stringify(['availability.read', 'reservations.create'])
  const keys = Array.from({ length: 240 }, () => {
    const key = newApiKey()
    const keyHash = hashOfKey(key)
    add('apiKeys', { id: newId(), businessId, name: 'Partner', ...shownOf(key), keyHash, scopes, ...stamps })
    return { key, keyHash }
  })
  return { ...place, roomIds, guestId, keys }
}

const dateOf = (day: number) => new Date(today + day * DAY).toISOString().slice(0, 10)

/** Half of the nights of a year are sold, three at a time, and as many of the year before were. */
const house = addHouse('house', 50)
for (const [index, roomId] of house.roomIds.entries()) {
  for (let day = -360 + (index % 6); day < 360; day += 6) {
    // Near enough to midnight in Berlin.
    const [startAt, endAt] = [today + day * DAY - 2 * HALF_HOUR, today + (day + 3) * DAY - 2 * HALF_HOUR]
    const bookingId = addBooking(house, roomId, startAt, { kind: 'stay', endAt })
    const dates = { arrivalOn: dateOf(day), departureOn: dateOf(day + 3) }
    const persons = { adults: 2, children: 0, meal: 'none', details: '{}' }
    add('stays', { bookingId, businessId: house.businessId, ...dates, ...persons })
  }
}

/** Nothing is sold of it yet. */
const inn = addHouse('inn', 50)

/** Fills a database that has the tables and nothing in them. */
export async function seed(database: Pick<D1Database, 'prepare'>): Promise<void> {
  for (const [table, rows] of Object.entries(tables)) {
    const columns = Object.keys(rows[0] ?? {})
    const names = columns.map((name) => `"${name}"`).join(', ')
    const values = columns.map((name) => `value ->> '$.${name}'`).join(', ')
    const insert = database.prepare(`insert into "${table}" (${names}) select ${values} from json_each(?)`)
    for (let done = 0; done < rows.length; done += 1000) {
      await insert.bind(JSON.stringify(rows.slice(done, done + 1000))).run()
    }
  }
}

export interface Case {
  name: string
  /** The ratio to the floor that is aimed at. */
  aim?: number
  /** The status of every answer. */
  expected: number
  /** The nth request: each comes from the next caller. */
  request(nth: number): LoadRequest
  /** How many callers there are whom a warm Worker has seen before. */
  callers?: number
  /** Slots that the locks alone must know to be taken before a round. */
  claims?(round: number, side: 'ours' | 'floor'): LockCall[]
}

/** `tokens` are the access tokens of `accountIds`. */
export function casesFor(tokens: readonly string[]): Case[] {
  // The floor believes X-Caller; the service believes the token, or the address when there is none.
  const signedIn = (nth: number) => {
    const index = nth % accountIds.length
    return { Authorization: `Bearer ${tokens[index]}`, 'X-Caller': String(accountIds[index]) }
  }
  const passingBy = (nth: number) => {
    const address = `192.0.2.${nth % 200}`
    return { 'CF-Connecting-IP': address, 'X-Caller': address }
  }
  const booking = (nth: number, slotOf: (turn: number) => number): LoadRequest => {
    const { businessId, serviceId, staffIds } = open
    const startTime = new Date(slotOf(Math.floor(nth / staffIds.length))).toISOString()
    const body = JSON.stringify({
      businessId,
      serviceId,
      staffId: staffIds[nth % staffIds.length],
      startTime,
    })
    return { method: 'POST', path: '/api/bookings', headers: signedIn(nth), body }
  }
  const availability = ({ businessId, serviceId }: Business, days: number, staffId?: number) => {
    const query = new URLSearchParams({
      businessId: String(businessId),
      serviceId: String(serviceId),
      from: new Date(today + DAY).toISOString(),
      to: new Date(today + (1 + days) * DAY).toISOString(),
      ...(staffId && { staffId: String(staffId) }),
    })
    return (nth: number): LoadRequest => ({
      method: 'GET',
      path: `/api/bookings/availability?${query.toString()}`,
      headers: passingBy(nth),
    })
  }
  const withKey = ({ businessId, keys }: House, nth: number) => {
    const { key = '', keyHash = '' } = keys[nth % keys.length] ?? {}
    return { Authorization: `Bearer ${key}`, 'X-Caller': String(businessId), 'X-Key': keyHash }
  }
  const contestedAt = (round: number) => today + (101 + round) * DAY
  let contested = contestedAt(0)

  return [
    { name: 'health', expected: 200, request: () => ({ method: 'GET', path: '/health' }) },
    {
      name: 'a booking, read',
      aim: 1.3,
      expected: 200,
      request: (nth) => {
        return {
          method: 'GET',
          path: `/api/bookings/${takenIds[nth % takenIds.length]}`,
          headers: signedIn(nth),
        }
      },
    },
    {
      name: 'free slots: 1 staff, a week',
      expected: 200,
      request: availability(single, 7, single.staffIds[0]),
    },
    { name: 'free slots: 50 staff, a month', expected: 200, request: availability(large, 30) },
    {
      name: 'a slot, booked',
      aim: 1.5,
      expected: 201,
      // A day later each time, so that no day fills up; after sixty days the next half hour.
      request: (nth) =>
        booking(nth, (turn) => today + (2 + (turn % 60)) * DAY + Math.floor(turn / 60) * HALF_HOUR),
    },
    {
      // As many nights as a request may ask for: a year takes five such requests.
      name: 'free nights: 50 rooms, 90 days',
      aim: 1.5,
      expected: 200,
      callers: house.keys.length,
      request: (nth) => ({
        method: 'GET',
        path: `/v1/public/availability?from=${dateOf(1)}&to=${dateOf(90)}`,
        headers: withKey(house, nth),
      }),
    },
    {
      name: 'a room, reserved for a night',
      aim: 1.5,
      expected: 201,
      callers: inn.keys.length,
      request: (nth) => {
        const day = 2 + Math.floor(nth / inn.roomIds.length)
        const body = JSON.stringify({
          type: 'SINGLE',
          roomId: inn.roomIds[nth % inn.roomIds.length],
          clientId: inn.guestId,
          arrival: dateOf(day),
          departure: dateOf(day + 1),
          adults: 2,
        })
        return { method: 'POST', path: '/v1/public/reservations', headers: withKey(inn, nth), body }
      },
    },
    {
      name: 'refused: seen to be taken',
      aim: 1.3,
      expected: 409,
      request: (nth) => booking(nth, () => takenAt),
    },
    {
      name: 'refused by the lock',
      aim: 1.3,
      expected: 409,
      request: (nth) => booking(nth, () => contested),
      claims: (round, side) => {
        contested = contestedAt(round)
        const { businessId, serviceId, staffIds } = open
        const [from, to] = [contested, contested + HALF_HOUR]
        return staffIds.map((resourceId) => {
          const id = newId()
          const who = { token: `${id}`, caller: null, owner: null }
          const session = { startAt: from, serviceId, units: 1, capacity: 1 }
          const claim = { id, version: 1, from, to, ...session, ...who }
          const args = side === 'ours' ? [{ businessId, resourceId }, claim] : [id, from, to]
          return { lock: `${businessId}:${resourceId}`, args }
        })
      },
    },
  ]
}
