// A small world of its own for each test: a clock that stands still, a business, its people, and calls to the worker.
import { runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { vi } from 'vitest'
import { Database, inserting } from '#db/database.ts'
import { accounts } from '#db/accounts.ts'
import { apiKeys } from '#db/api-keys.ts'
import { businessListings } from '#db/business-listings.ts'
import { branches } from '#db/branches.ts'
import { businesses } from '#db/businesses.ts'
import { insertRequestLogs } from '#db/logs/request-logs.ts'
import { members } from '#db/members.ts'
import { resources, schedules } from '#db/resources.ts'
import { serviceResources, services } from '#db/services.ts'
import { insertFirstSite } from '#db/sites.ts'
import type { sites } from '#db/sites.ts'
import { tokens } from '#db/tokens.ts'
import type { Row, Statement } from '#db/database.ts'
import { openContext } from '#domain/open-context.ts'
import type { Caller } from '#domain/actor.ts'
import { hashOfKey, newApiKey } from '#domain/api-keys/api-key-format.ts'
import { shownOf } from '#domain/api-keys/api-key.ts'
import { scopes as everyScope } from '#domain/api-keys/scope.ts'
import type { Scope } from '#domain/api-keys/scope.ts'
import type { Context, Ports } from '#domain/context.ts'
import { newId } from '#domain/identifiers.ts'
import { hashOfSecret, newTokenSecret } from '#domain/tokens/token.ts'
import type { WeeklyHours } from '#domain/schedules/schedule.ts'
import { createAccessTokens } from '#http/access-token.ts'
import { openPorts } from '../src/wiring/index.ts'

/** Monday, 3 March 2031, 08:00 UTC: far ahead, so that no alarm rings by itself. */
export const monday = Date.UTC(2031, 2, 3, 8)
export const minutes = 60_000
export const hours = 60 * minutes
export const days = 24 * hours

/** Stops every clock of the worker at this instant. */
export function setClock(at = monday): void {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(at)
}

export const iso = (at: number): string => new Date(at).toISOString()

export interface Answer {
  status: number
  headers: Headers
  text: string
  // What a test expects of a body is what it asserts.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any
}

export interface CallOptions {
  token?: string | undefined
  /** An API key. */
  key?: string | undefined
  body?: unknown
  headers?: Record<string, string>
  /** Where the request goes; the running worker unless said otherwise. */
  fetcher?: (request: Request) => Promise<Response>
}

let address = 0

/** Calls the worker from an address of its own, unless the headers name one. */
export async function call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const { token, key, body, headers = {}, fetcher = (request) => exports.default.fetch(request) } = options
  address += 1
  const request = new Request(`https://slotkeeper.test${path}`, {
    method,
    redirect: 'manual',
    headers: {
      'CF-Connecting-IP': `198.18.${(address >> 8) & 255}.${address & 255}`,
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(key && { 'X-API-Key': key }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const response = await fetcher(request)
  const text = await response.text()
  const isJson = response.headers.get('Content-Type')?.includes('json')
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  }
}

export async function write(...statements: Statement[]): Promise<void> {
  await new Database(env.DB, 'first-primary').commit(statements)
}

export async function query<T = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<T[]> {
  return (
    await env.DB.prepare(sql)
      .bind(...values)
      .all<T>()
  ).results
}

export interface Person {
  id: number
  token: string
  email: string
}

const insertAccount = inserting(accounts)

/** Somebody with an account, signed in. */
export async function aPerson(firstName = 'Ada', lastName = 'Lovelace'): Promise<Person> {
  const now = Date.now()
  const id = newId(now)
  const email = `${firstName}.${id}@example.com`.toLowerCase()
  await write(
    insertAccount({
      id,
      email,
      passwordHash: null,
      firstName,
      lastName,
      phone: null,
      emailVerifiedAt: null,
      phoneVerifiedAt: null,
      emailReleasedAt: null,
      locale: null,
      erasedAt: null,
      createdAt: now,
      updatedAt: now,
    }),
  )
  const token = await tokenOf(id)
  return { id, token, email }
}

export function tokenOf(accountId: number): Promise<string> {
  const tokens = createAccessTokens({ current: env.TOKEN_SECRET }, { now: () => Date.now() })
  return tokens.issue({ accountId, sessionId: 1 })
}

export interface World {
  owner: Person
  businessId: number
  branchId: number
  serviceId: number
  staffIds: number[]
  siteId: number
}

/** Somebody with an account who belongs to the world's business; `staffId` is who they are among its staff. */
export async function aMember(
  { businessId }: Pick<World, 'businessId'>,
  role: Row<typeof members>['role'],
  staffId: number | null = null,
): Promise<Person> {
  const person = await aPerson()
  await write(
    inserting(members)({ businessId, accountId: person.id, role, resourceId: staffId, createdAt: 1 }),
  )
  return person
}

export interface WorldOptions {
  timeZone?: string
  staff?: number
  service?: Partial<Row<typeof services>>
  weekly?: WeeklyHours[]
}

const everyDay = (startMinute: number, endMinute: number): WeeklyHours[] =>
  [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute, endMinute }))

/** A business in UTC that is open 09:00-17:00 every day, with one staff member and a 30-minute service. */
export async function aWorld(options: WorldOptions = {}): Promise<World> {
  const { timeZone = 'UTC', staff = 1, service = {}, weekly = everyDay(9 * 60, 17 * 60) } = options
  const owner = await aPerson('Olivia', 'Owner')
  const now = Date.now()
  const [businessId, branchId, serviceId, siteId] = [newId(now), newId(now), newId(now), newId(now)]
  const staffIds = Array.from({ length: staff }, () => newId(now))
  await write(
    inserting(businesses)({
      id: businessId,
      timeZone,
      currency: 'EUR',
      active: 1,
      createdAt: now,
      updatedAt: now,
    }),
    inserting(businessListings)({
      id: businessId,
      ownerId: owner.id,
      planId: 'premium',
      slug: `studio-${businessId}`,
      name: 'Studio',
      category: 'salon',
      description: null,
      email: null,
      phone: null,
      website: null,
      timeZone,
      currency: 'EUR',
      street: null,
      city: null,
      region: null,
      postalCode: null,
      country: null,
      cityKey: null,
      latitude: null,
      longitude: null,
      latitudeBand: null,
      ratingSum: 0,
      ratingCount: 0,
      active: 1,
      createdAt: now,
      updatedAt: now,
    }),
    aBranch({ id: branchId, businessId, timeZone, isDefault: 1 }),
    aSite({ id: siteId, businessId }),
    inserting(members)({ businessId, accountId: owner.id, role: 'owner', resourceId: null, createdAt: now }),
    ...staffIds.flatMap((id, index) => [
      inserting(resources)({
        id,
        businessId,
        branchId,
        kind: 'staff',
        name: `Staff ${index + 1}`,
        title: null,
        email: null,
        phone: null,
        active: 1,
        archivedAt: null,
        createdAt: now,
        updatedAt: now,
      }),
      inserting(schedules)({ resourceId: id, businessId, weekly: JSON.stringify(weekly), updatedAt: now }),
    ]),
    aService({
      performedBy: staff > 0 ? 'assigned' : 'everybody',
      ...service,
      id: serviceId,
      businessId,
    }),
    ...staffIds.map((resourceId) => inserting(serviceResources)({ businessId, serviceId, resourceId })),
  )
  return { owner, businessId, branchId, serviceId, staffIds, siteId }
}

export interface Key {
  id: number
  key: string
}

/** A key of the world's business, with every scope unless said otherwise. */
export async function aKey(
  { businessId }: Pick<World, 'businessId'>,
  {
    scopes = everyScope,
    ...columns
  }: Partial<Omit<Row<typeof apiKeys>, 'scopes'>> & { scopes?: readonly Scope[] } = {},
): Promise<Key> {
  const now = Date.now()
  const [id, key] = [newId(now), newApiKey()]
  await write(
    inserting(apiKeys)({
      id,
      businessId,
      name: 'Partner',
      ...shownOf(key),
      keyHash: hashOfKey(key),
      previousKeyHash: null,
      previousUntilAt: null,
      scopes: JSON.stringify(scopes),
      allowedIps: null,
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
      createdAt: now,
      updatedAt: now,
      ...columns,
    }),
  )
  return { id, key }
}

/** A request that the owner of the world's business has made there, as the log has it; answers its id. */
export async function aLog({ businessId, owner }: Pick<World, 'businessId' | 'owner'>): Promise<number> {
  const [id, requestId] = [newId(Date.now()), crypto.randomUUID()]
  const row = {
    id,
    requestId,
    businessId,
    accountId: owner.id,
    dialect: 'native',
    method: 'GET',
    path: '/api/logs',
    status: 200,
  }
  const place = { objectKey: 'none', recordOffset: 0, recordLength: 0 }
  const rows = JSON.stringify([{ ...row, ...place, durationMs: 1, createdAt: Date.now() }])
  await new Database(env.LOGS, 'first-primary').commit([insertRequestLogs({ rows })])
  return id
}

/** A site of a business, which takes leads. */
export function aSite(site: Partial<Row<typeof sites>> & { id: number; businessId: number }): Statement {
  const now = Date.now()
  return insertFirstSite({ name: 'studio.test', archivedAt: null, createdAt: now, updatedAt: now, ...site })
}

/** A token by which another program acts as somebody. */
export async function aToken(person: Pick<Person, 'id'>): Promise<{ id: number; token: string }> {
  const now = Date.now()
  const [id, secret] = [newId(now), newTokenSecret()]
  await write(
    inserting(tokens)({
      id,
      kind: 'access',
      accountId: person.id,
      businessId: null,
      secretHash: hashOfSecret(secret),
      name: 'reports',
      lastUsedAt: null,
      revokedAt: null,
      createdAt: now,
    }),
  )
  return { id, token: `${id}|${secret}` }
}

/** Another place of the business, in UTC. */
export function aBranch(
  branch: Partial<Row<typeof branches>> & { id: number; businessId: number },
): Statement {
  return inserting(branches)({
    name: 'Studio',
    timeZone: 'UTC',
    isDefault: 0,
    phone: null,
    email: null,
    street: null,
    city: null,
    region: null,
    postalCode: null,
    country: null,
    createdAt: Date.now(),
    updatedAt: Date.now(),
    ...branch,
  })
}

/** A service of 30 minutes for 45 euros, instantly confirmed. */
export function aService(
  service: Partial<Row<typeof services>> & { id: number; businessId: number },
): Statement {
  return inserting(services)({
    name: 'Haircut',
    description: null,
    durationMinutes: 30,
    priceMinor: 4500,
    currency: 'EUR',
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    capacity: 1,
    slotIntervalMinutes: null,
    minNoticeMinutes: 0,
    changeNoticeMinutes: 0,
    maxAdvanceDays: null,
    confirmation: 'instant',
    prepaymentMinor: null,
    performedBy: 'everybody',
    active: 1,
    archivedAt: null,
    createdAt: Date.now(),
    updatedAt: Date.now(),
    ...service,
  })
}

/** The lock of a resource, for looking into it. */
export function lockOf(world: World, resourceId = world.staffIds[0]) {
  return env.SLOT_LOCK.getByName(`${world.businessId}:${resourceId}`)
}

/** The verb's context for somebody, or for the system, on the real platform; `around` may wrap its ports. */
export function contextOf(person?: Person, around?: (ports: Ports) => Ports): Context {
  return contextFor(
    person ? { type: 'user', accountId: person.id, sessionId: 1 } : { type: 'system' },
    around,
  )
}

/** The same for a key of the world's business. */
export function keyContextOf({ businessId }: Pick<World, 'businessId'>, scopes: readonly Scope[]): Context {
  return contextFor({ type: 'key', keyId: 1, businessId, scopes })
}

function contextFor(caller: Caller, around: (ports: Ports) => Ports = (ports) => ports): Context {
  const ports = openPorts(env, { waitUntil: (work) => void background.push(work) })
  return openContext(around(ports), { caller, clock: { now: () => Date.now() }, requestId: 'test' })
}

/** The context of somebody whose first write is late: `work` is done before it, so what they have read is outdated. */
export function outrunContextOf(person: Person, work: () => Promise<unknown>): Context {
  let isFirst = true
  return contextOf(person, (ports) => ({
    ...ports,
    db: new Proxy(ports.db, {
      get(db, name) {
        const value: unknown = Reflect.get(db, name, db)
        if (typeof value !== 'function') return value
        return async (...input: unknown[]): Promise<unknown> => {
          if (name === 'commit' && isFirst) {
            isFirst = false
            await work()
          }
          return value.apply(db, input)
        }
      },
    }),
  }))
}

const background: Promise<unknown>[] = []

/** Waits for all that contexts of `contextOf` left to be done after their answers. */
export async function settled(): Promise<void> {
  while (background.length > 0) await Promise.allSettled(background.splice(0))
}

/** What the lock of a resource holds now, and what the database says it should: [booking, from, to], sorted. */
export async function whoHolds(world: World, resourceId = world.staffIds[0]) {
  const now = Date.now()
  const lock = await runInDurableObject(lockOf(world, resourceId), (_, state) => {
    return [
      ...state.storage.sql
        .exec(
          'SELECT id, "from", "to" FROM claims WHERE state <> ? AND (until IS NULL OR until > ?) ORDER BY id',
          'freed',
          now,
        )
        .raw(),
    ]
  })
  const database = await query<{ id: number; blockedFromAt: number; blockedToAt: number }>(
    `select "id", "blockedFromAt", "blockedToAt" from "bookings" where "resourceId" = ?
       and "status" in ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')
       and ("expiresAt" is null or "expiresAt" > ?) order by "id"`,
    resourceId,
    now,
  )
  return { lock, database: database.map((row) => [row.id, row.blockedFromAt, row.blockedToAt]) }
}
