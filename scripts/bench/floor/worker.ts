// The floor that Slotkeeper is measured against: the same round trips over the same rows, before and after the answer,
// and nothing else. It trusts whatever it is sent and knows no rules.
import { DurableObject } from 'cloudflare:workers'

interface Env {
  DB: D1Database
  SLOT_LOCK: DurableObjectNamespace<FloorLock>
  RATE_LIMITER: DurableObjectNamespace<FloorLimiter>
  EVENTS: Queue<EventMessage>
  REQUEST_LOG: Queue<LogMessage>
  LOGS: D1Database
  LOG_BODIES: R2Bucket
}

interface EventMessage {
  eventId: number
}

interface LogMessage {
  entry: Row
  record: Uint8Array
}

type Row = Record<string, number | string | null>

/** Takes an interval of a resource unless an earlier one overlaps it. */
export class FloorLock extends DurableObject<Env> {
  readonly #sql = this.ctx.storage.sql
  readonly #taken: [from: number, to: number][]

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#sql.exec(`
      create table if not exists claims (id integer primary key, "from" integer, "to" integer, state text) strict
    `)
    this.#taken = this.#sql
      .exec<{ from: number; to: number }>('select "from", "to" from claims')
      .toArray()
      .map(({ from, to }) => [from, to])
  }

  claim(id: number, from: number, to: number): boolean {
    if (this.#taken.some(([begin, end]) => begin < to && from < end)) return false
    this.#taken.push([from, to])
    this.#sql.exec("insert into claims values (?, ?, ?, 'claimed')", id, from, to)
    return true
  }

  settle(id: number): void {
    this.#sql.exec("update claims set state = 'kept' where id = ?", id)
  }
}

/** Counts a caller's calls. */
export class FloorLimiter extends DurableObject<Env> {
  #count = this.ctx.storage.kv.get<number>('count') ?? 0

  ask(): number {
    this.ctx.storage.kv.put('count', ++this.#count)
    return this.#count
  }
}

const blocking = `"status" in ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')`

// As in the service, what is in the directory and what belongs to a business are read by statements of their own.
const memberships =
  'select "businessId", "role", "resourceId" from "members" where "accountId" = ?1 limit 100'

const bookingOfId = `select "bookings".*,
    (select "accountId" from "customers" where "id" = "bookings"."customerId") as "customerAccountId"
  from "bookings" where "id" = ?1`

const offer = `select "services".*, "businesses"."timeZone",
    (select "id" from "branches" where "businessId" = "businesses"."id" and "isDefault" = 1) as "branchId"
  from "services" join "businesses" on "businesses"."id" = "services"."businessId"
  where "services"."id" = ?2 and "businesses"."id" = ?1`

const agendas = `select "resources"."id", "branchId", "timeZone", "weekly",
    (select json_group_array(json_array("id", "blockedFromAt", "blockedToAt")) from "bookings"
      where "businessId" = "resources"."businessId" and "resourceId" = "resources"."id" and ${blocking}
        and "blockedFromAt" < ?3 and "blockedFromAt" >= ?2 - 259200000 and "blockedToAt" > ?2) as "taken"
  from "resources"
  join "branches" on "branches"."id" = "resources"."branchId"
  join "schedules" on "schedules"."resourceId" = "resources"."id"
  where "resources"."businessId" = ?1`

const account = 'select * from "accounts" where "id" = ?1'
const customer = 'select "id" as "customerId" from "customers" where "accountId" = ?1 and "businessId" = ?2'

/** How much the caller has open already, for there is a limit. */
const open = `select count(*) from "bookings" where "businessId" = ?2 and "makerId" = ?1
  and "status" in ('held', 'pending', 'awaiting_payment')`

const sequence = 'select coalesce(max("sequence"), 0) + 1 from "events" where "businessId" = ?2'

// The same of rooms by the night, for callers with a key.
const keyOfHash = 'select * from "apiKeys" where "keyHash" = ?1'

const isRoom = `"resources"."businessId" = ?1 and "resources"."kind" = 'room' and "resources"."archivedAt" is null`
const rooms = `select "resources"."id", "branchId", "timeZone", "roomTypeId" from "resources"
  join "rooms" on "rooms"."resourceId" = "resources"."id"
  join "branches" on "branches"."id" = "resources"."branchId"
  where ${isRoom}`

const takenOfRooms = `select "resourceId", "blockedFromAt", "blockedToAt" from "bookings" indexed by "bookingsBlocking"
  where "businessId" = ?1 and ${blocking} and "resourceId" in (select "id" from "resources" where ${isRoom})
    and "blockedFromAt" >= ?2 - 259200000 and "blockedFromAt" < ?3 and "blockedToAt" > ?2
  union all
  select "resourceId", "blockedFromAt", "blockedToAt" from "resources" cross join "bookings" on "bookings"."id" = (
    select "id" from "bookings" indexed by "bookingsLasting"
    where "businessId" = ?1 and "resourceId" = "resources"."id" and "kind" <> 'appointment' and ${blocking}
      and "blockedFromAt" < ?2 - 259200000
    order by "blockedFromAt" desc limit 1)
  where ${isRoom} and "blockedToAt" > ?2`

const business = 'select * from "businesses" where "id" = ?1'
const source = 'select * from "sources" where "businessId" = ?1 and "id" = 1'
const guest = 'select * from "customers" where "id" = ?1'

/** What availability answers, said by the bench beforehand. */
const answers = new Map<string, unknown>()

export default {
  async fetch(request, env, execution) {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/health') return json(200, { status: 'ok', time: new Date().toISOString() })
    if (request.method === 'PUT') {
      answers.set(request.url, await request.json())
      return json(200, {})
    }

    const caller = request.headers.get('X-Caller') ?? ''
    const counted = env.RATE_LIMITER.getByName(caller).ask()
    const keyHash = request.headers.get('X-Key')
    if (request.method === 'POST') {
      const body = await request.json<Row>()
      const response = keyHash
        ? await reserve(body, { businessId: Number(caller), keyHash }, counted, env, execution)
        : await book(body, Number(caller), counted, env, execution)
      execution.waitUntil(log(request, response.status, Number(caller), env))
      return response
    }

    if (pathname === '/api/bookings/availability') {
      const [businessId, serviceId, staffId] = ['businessId', 'serviceId', 'staffId'].map((name) =>
        Number(searchParams.get(name)),
      )
      const [from, to] = ['from', 'to'].map((name) => Date.parse(searchParams.get(name) ?? ''))
      await Promise.all([
        env.DB.batch([
          env.DB.prepare(offer).bind(businessId, serviceId),
          staffId
            ? env.DB.prepare(`${agendas} and "resources"."id" = ?4`).bind(businessId, from, to, staffId)
            : env.DB.prepare(agendas).bind(businessId, from, to),
        ]),
        counted,
      ])
      return json(200, answers.get(request.url))
    }
    if (keyHash) {
      const [from, to] = ['from', 'to'].map((name) => Date.parse(searchParams.get(name) ?? ''))
      await Promise.all([
        env.DB.batch([
          env.DB.prepare(keyOfHash).bind(keyHash),
          env.DB.prepare(rooms).bind(Number(caller)),
          env.DB.prepare(takenOfRooms).bind(Number(caller), from, to),
        ]),
        counted,
      ])
      execution.waitUntil(log(request, 200, Number(caller), env))
      return json(200, answers.get(request.url))
    }
    const id = Number(pathname.slice(pathname.lastIndexOf('/') + 1))
    const [[, found]] = await Promise.all([
      env.DB.batch([env.DB.prepare(memberships).bind(Number(caller)), env.DB.prepare(bookingOfId).bind(id)]),
      counted,
    ])
    execution.waitUntil(log(request, 200, Number(caller), env))
    return json(200, found?.results[0])
  },

  async queue({ queue, messages }, env) {
    const bodies = messages.map(({ body }) => body)
    if (queue.endsWith('request-log')) await storeRequests(bodies as LogMessage[], env)
    else await dispatchEvents(bodies as EventMessage[], env)
  },
} satisfies ExportedHandler<Env, EventMessage | LogMessage>

const among = 'in (select value from json_each(?1))'

async function dispatchEvents(messages: EventMessage[], env: Env): Promise<void> {
  const ids = JSON.stringify(messages.map(({ eventId }) => eventId))
  const [events] = await env.DB.batch<Row>([
    env.DB.prepare(`select "id", "subjectId", "dispatchedAt" from "events" where "id" ${among}`).bind(ids),
    env.DB.prepare(
      `select "id" from "webhooks" where "businessId" in (select "businessId" from "events" where "id" ${among})`,
    ).bind(ids),
  ])
  const bookings = await env.DB.prepare(
    `select "bookings"."id", "bookings"."businessId", "bookings"."resourceId" from "bookings"
      join "bookingHistory" on "bookingHistory"."bookingId" = "bookings"."id" where "bookings"."id" ${among}`,
  )
    .bind(JSON.stringify(events?.results.map(({ subjectId }) => subjectId)))
    .all<{ id: number; businessId: number; resourceId: number }>()
  await Promise.all(
    bookings.results.map(({ id, businessId, resourceId }) => lockOf(env, businessId, resourceId).settle(id)),
  )
  await env.DB.prepare(`update "events" set "dispatchedAt" = ?2 where "id" ${among}`)
    .bind(ids, Date.now())
    .run()
}

/** As many bytes as a record has, more or less. */
const record = new Uint8Array(1250)

async function log(request: Request, status: number, accountId: number, env: Env): Promise<void> {
  const now = Date.now()
  const what = {
    dialect: 'native',
    method: request.method,
    route: '/api/bookings',
    path: '/api/bookings',
    status,
    durationMs: 1,
  }
  const entry = { id: newId(), requestId: crypto.randomUUID(), accountId, ...what, createdAt: now }
  await env.REQUEST_LOG.send({ entry, record }, { contentType: 'v8' })
}

async function storeRequests(messages: LogMessage[], env: Env): Promise<void> {
  const accounts = JSON.stringify(messages.map(({ entry }) => entry['accountId'] ?? 0))
  await env.DB.prepare(`select "businessId", "accountId" from "members" where "accountId" ${among}`)
    .bind(accounts)
    .all()
  const objectKey = `requests/${newId()}`
  await env.LOG_BODIES.put(objectKey, new Blob(messages.map(({ record: bytes }) => bytes)))
  const rows = messages.map(({ entry }) => ({
    ...entry,
    objectKey,
    recordOffset: 0,
    recordLength: record.length,
  }))
  const columns = Object.keys(rows[0] ?? {})
  const values = columns.map((column) => `value ->> '${column}'`)
  await env.LOGS.prepare(
    `insert into "requestLogs" (${columns.join()}) select ${values.join()} from json_each(?)`,
  )
    .bind(JSON.stringify(rows))
    .run()
}

async function book(
  body: Row,
  accountId: number,
  counted: PromiseLike<number>,
  env: Env,
  execution: ExecutionContext,
): Promise<Response> {
  const { businessId = 0, serviceId = 0, staffId = 0, startTime } = body
  const from = Date.parse(String(startTime))
  const to = from + 30 * 60_000
  const [[, , staff, accounts, people]] = await Promise.all([
    env.DB.batch<Row>([
      env.DB.prepare(memberships).bind(accountId),
      env.DB.prepare(offer).bind(businessId, serviceId),
      env.DB.prepare(`${agendas} and "resources"."id" = ?4`).bind(businessId, from, to, staffId),
      env.DB.prepare(account).bind(accountId),
      env.DB.prepare(customer).bind(accountId, businessId),
      env.DB.prepare(open).bind(accountId, businessId),
    ]),
    counted,
  ])
  const agenda = staff?.results[0]
  const person = accounts?.results[0]
  if (agenda?.['taken'] !== '[]') return json(409, { error: 'This slot is already taken' })

  return sell(
    {
      ...nothing,
      businessId,
      branchId: agenda['branchId'] ?? 0,
      kind: 'appointment',
      serviceId,
      resourceId: staffId,
      customerId: people?.results[0]?.['customerId'] ?? 0,
      customerEmail: person?.['email'] ?? null,
      ...during(from, to),
      timeZone: agenda['timeZone'] ?? '',
      priceMinor: 4500,
    },
    { type: 'user', id: accountId },
    env,
    execution,
  )
}

/** A room for nights, for whoever has the key. */
async function reserve(
  body: Row,
  { businessId, keyHash }: { businessId: number; keyHash: string },
  counted: PromiseLike<number>,
  env: Env,
  execution: ExecutionContext,
): Promise<Response> {
  const { roomId = 0, clientId = 0, arrival = '', departure = '', adults = 1 } = body
  const [[keys, found, , , people]] = await Promise.all([
    env.DB.batch<Row>([
      env.DB.prepare(keyOfHash).bind(keyHash),
      env.DB.prepare(`${rooms} and "resources"."id" = ?2`).bind(businessId, roomId),
      env.DB.prepare(business).bind(businessId),
      env.DB.prepare(source).bind(businessId),
      env.DB.prepare(guest).bind(clientId),
    ]),
    counted,
  ])
  const room = found?.results[0]
  const stay = {
    arrivalOn: arrival,
    departureOn: departure,
    adults,
    children: 0,
    meal: 'none',
    details: '{}',
  }
  return sell(
    {
      ...nothing,
      businessId,
      branchId: room?.['branchId'] ?? 0,
      kind: 'stay',
      serviceId: null,
      resourceId: roomId,
      customerId: clientId,
      customerEmail: people?.results[0]?.['email'] ?? null,
      ...during(Date.parse(String(arrival)), Date.parse(String(departure))),
      timeZone: room?.['timeZone'] ?? '',
      priceMinor: 0,
    },
    { type: 'key', id: Number(keys?.results[0]?.['id']) },
    env,
    execution,
    stay,
  )
}

const nothing = {
  customerName: 'Ada Example',
  customerPhone: null,
  units: 1,
  capacity: 1,
  status: 'confirmed',
  expiresAt: null,
  paymentStatus: 'unpaid',
  currency: 'EUR',
  couponCode: null,
  discountMinor: 0,
  paidMinor: 0,
  notes: null,
  customFields: '{}',
  cancelReason: null,
  version: 1,
}

const during = (from: number, to: number) => ({
  startAt: from,
  endAt: to,
  blockedFromAt: from,
  blockedToAt: to,
})

/** Claims what the booking takes, writes it with its history and event, and then tells. */
async function sell(
  wanted: Row & ReturnType<typeof during>,
  actor: { type: string; id: number },
  env: Env,
  execution: ExecutionContext,
  stay?: Row,
): Promise<Response> {
  const { businessId = 0, resourceId = 0, startAt, endAt } = wanted
  const id = newId()
  const lock = lockOf(env, Number(businessId), Number(resourceId))
  if (!(await lock.claim(id, startAt, endAt))) return json(409, { error: 'This slot is already taken' })

  const now = Date.now()
  const cardToken = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url')
  const booking: Row = { id, ...wanted, confirmedAt: now, cardToken, createdAt: now, updatedAt: now }
  const eventId = newId()
  const requestId = crypto.randomUUID()
  const told = JSON.stringify({ ...booking, ...stay })
  const who = [actor.type, actor.id, requestId, now]
  const history = [id, 1, businessId, 'confirmed', resourceId, startAt, endAt, null, ...who]
  const event = [eventId, businessId, 'booking.created', 'booking', id, told, ...who]
  const insert = (table: string, row: Row) => {
    const columns = Object.keys(row)
    return env.DB.prepare(
      `insert into "${table}" (${columns.join()}) values (${columns.map(() => '?').join()})`,
    ).bind(...Object.values(row))
  }
  await env.DB.batch([
    insert('bookings', booking),
    env.DB.prepare(`insert into "bookingHistory" values (${history.map(() => '?').join()})`).bind(...history),
    ...(stay ? [insert('stays', { bookingId: id, businessId, ...stay })] : []),
    env.DB.prepare(
      `insert into "events" select ?1, ?2, (${sequence}), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, null, ?10, null, ?10`,
    ).bind(...event),
  ])
  execution.waitUntil(Promise.all([lock.settle(id), env.EVENTS.sendBatch([{ body: { eventId } }])]))
  return json(201, { ...booking, ...stay })
}

function lockOf(env: Env, businessId: number, resourceId: number) {
  return env.SLOT_LOCK.getByName(`${businessId}:${resourceId}`)
}

let last = 0
function newId(): number {
  last = Math.max(Date.now() * 1000, last + 1)
  return last
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
}
