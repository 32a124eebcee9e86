// `npm run demo`: one business, one slot, fifty customers at once, a partner that is hard to reach, and what the service
// makes of it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { caller } from './caller.ts'
import type { Answer } from './caller.ts'
import { openBarber } from './open-barber.ts'
import { startReceiver } from './receiver.ts'
import type { Received, Receiver } from './receiver.ts'
import { runLocally } from './run-locally.ts'

const CUSTOMERS = 50
const SIGN_IN_LIMIT = 20
const OWNER_IP = '192.0.2.1'
const RUDE_IP = '203.0.113.7'
/** Attempts come at once, after 5 seconds and after 30 more, each a fifth earlier or later. */
const REFUSALS = 2
const DELIVERED_WITHIN_MS = 90_000

interface Created {
  id: number
}
interface Slot {
  startTime: string
  staffIds: number[]
}
interface Refusal {
  error: string
  code: string
}

function expect(told: string, holds: boolean): asserts holds {
  if (!holds) throw new Error(`This should not have happened: ${told}`)
}

/** `3 x 409, 1 x 201` */
function tally(statuses: number[]) {
  const counts = new Map<number, number>()
  for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1)
  return [...counts]
    .toSorted(([a], [b]) => a - b)
    .map(([status, count]) => `${count} x ${status}`)
    .join(', ')
}

/** Shows that it goes on: a count of seconds that is wiped away in the end, or where nothing can be, a line now and then. */
function ticking(what: string) {
  const { stdout } = process
  const startedAt = Date.now()
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAt) / 1000)
    if (stdout.isTTY) stdout.write(`\r  ${what} ... ${seconds} s`)
    else if (seconds % 10 === 0) console.log(`  ${what} ... ${seconds} s`)
  }, 1000)
  return () => {
    clearInterval(timer)
    if (stdout.isTTY) stdout.write('\r\x1b[K')
  }
}

async function tell(url: string, receiver: Receiver, signal: AbortSignal) {
  const owner = caller(url, OWNER_IP)
  await owner.signUp('Owner')
  const { businessId, serviceId, staff, timeZone } = await openBarber(owner)
  console.log(
    `A barber in Berlin opens: ${staff.map(({ name }) => name).join(' and ')}, haircuts of 30 minutes.`,
  )

  // The day after tomorrow, noon to noon: whole working days whatever the hour and zone this runs in.
  const from = new Date(Date.now() + 2 * 86_400_000)
  from.setUTCHours(0, 0, 0, 0)
  const to = new Date(from.getTime() + 86_400_000)
  const period = `from=${from.toISOString()}&to=${to.toISOString()}`
  const availability = `/api/bookings/availability?businessId=${businessId}&serviceId=${serviceId}&${period}`
  const visitor = caller(url, OWNER_IP)
  const { slots } = await visitor.must<{ slots: Slot[] }>('GET', availability)
  const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone })
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone })
  const times = slots.map(({ startTime }) => clock.format(new Date(startTime))).join(' ')
  console.log(`Free on ${day.format(from)}: ${times}`)

  const slot = slots[0]
  const chosen = staff[0]
  expect('the barber has no free slot', slot !== undefined && chosen !== undefined)
  expect(`${chosen.name} is not free at the first slot`, slot.staffIds.includes(chosen.id))
  const when = `${clock.format(new Date(slot.startTime))} with ${chosen.name}`

  await askInTwoDialects(url, owner, { businessId, serviceId, staffId: chosen.id }, slots.at(-1), clock)

  const webhook = await owner.must<Created & { secret: string }>('POST', '/api/webhooks', {
    businessId,
    url: receiver.url,
    events: ['booking.*'],
  })
  receiver.know(webhook.secret)
  console.log(
    `A partner asks to be told of every booking; its server will refuse the first ${REFUSALS} calls.`,
  )

  console.log(`\n${CUSTOMERS} customers sign up ...`)
  const customers = Array.from({ length: CUSTOMERS }, (_, index) => caller(url, `198.51.100.${index + 1}`))
  for (const [index, customer] of customers.entries()) await customer.signUp(`Customer${index + 1}`)

  console.log(`... and all want ${when}, at the same moment:`)
  const wish = { businessId, serviceId, staffId: chosen.id, startTime: slot.startTime }
  const answers = await Promise.all(
    customers.map((customer) => customer.call<Created & Refusal>('POST', '/api/bookings', wish)),
  )
  console.log(`  ${tally(answers.map(({ status }) => status))}`)
  const won = answers.filter(({ status }) => status === 201)
  const refused = answers.filter(({ status, body }) => status === 409 && body.code === 'booking.slot_taken')
  const [winner] = won
  expect(`${won.length} customers got the slot`, won.length === 1 && winner !== undefined)
  expect(`only ${refused.length} were told that it is taken`, refused.length === CUSTOMERS - 1)
  console.log(`  the ${refused.length} were told: ${refused[0]?.body.error}`)

  const { bookings } = await owner.must<{ bookings: (Created & { startTime: string })[] }>(
    'GET',
    `/api/bookings/business/${businessId}?${period}`,
  )
  const stored = bookings.filter(({ startTime }) => startTime === slot.startTime)
  expect(`${stored.length} bookings are stored`, stored.length === 1 && stored[0]?.id === winner.body.id)
  const after = await visitor.must<{ slots: Slot[] }>('GET', availability)
  const offered = after.slots.some((s) => s.startTime === slot.startTime && s.staffIds.includes(chosen.id))
  expect('the sold slot is still offered', !offered)
  console.log('  The owner reads back exactly one booking, the winner’s, and the slot is no longer offered.')

  console.log(`\nSomeone tries ${SIGN_IN_LIMIT + 1} made-up refresh tokens from one address:`)
  const rude = caller(url, RUDE_IP)
  const tries: Answer<Refusal>[] = []
  for (let index = 0; index <= SIGN_IN_LIMIT; index++) {
    tries.push(await rude.call<Refusal>('POST', '/api/auth/refresh', { refresh_token: `made up ${index}` }))
  }
  console.log(`  ${tally(tries.map(({ status }) => status))}`)
  const last = tries.pop()
  expect(
    'a try within the limit was throttled',
    tries.every(({ status }) => status !== 429),
  )
  expect(`try ${SIGN_IN_LIMIT + 1} was not throttled`, last?.status === 429)
  const retryAfter = last.headers.get('retry-after')
  expect('the 429 does not say when to come back', Number(retryAfter) > 0)
  console.log(`  the last was told: ${last.body.error} (Retry-After: ${retryAfter} seconds)`)

  console.log('\nMeanwhile the partner hears of the booking:')
  const deadline = Date.now() + DELIVERED_WITHIN_MS
  const calls: Received[] = []
  while (calls.length <= REFUSALS) {
    const call = await nextCall(receiver, calls.length, deadline, signal)
    const { attempt, answered, at, isSigned, event } = call
    const before = calls.at(-1)
    const waited = before ? ` ${((at - before.at) / 1000).toFixed(1)} s later` : ''
    console.log(
      `  attempt ${attempt}${waited}: answered ${answered}, signature ${isSigned ? 'verified' : 'WRONG'}`,
    )
    expect('a signature was wrong', isSigned)
    expect('it was another event', !before || before.event.id === event.id)
    calls.push(call)
  }
  const [told] = calls
  expect('the event is not that of the sold slot', told?.event.data.id === winner.body.id)
  const log = await settledDelivery(owner, webhook.id)
  expect(
    `the delivery log says ${log.status}`,
    log.status === 'succeeded' && log.attemptCount === calls.length,
  )
  console.log(
    `  ${told.event.type} number ${told.event.sequence}: the delivery log shows it succeeded at attempt ${log.attemptCount}.`,
  )
}

/** A client of Rubitime and one of ours want the same slot at the same moment. */
async function askInTwoDialects(
  url: string,
  owner: ReturnType<typeof caller>,
  wish: { businessId: number; serviceId: number; staffId: number },
  slot: Slot | undefined,
  clock: Intl.DateTimeFormat,
) {
  expect('the barber has no last slot', slot !== undefined)
  const { businessId, serviceId, staffId } = wish
  const startTime = slot.startTime
  const { key: rk } = await owner.must<{ key: string }>('POST', '/api/integrations/api-keys', {
    businessId,
    name: 'An older booking system',
    scopes: ['bookings:read', 'bookings:write'],
  })
  const { branches } = await owner.must<{ branches: Created[] }>(
    'GET',
    `/api/branches/business/${businessId}`,
  )
  const date = startTime.slice(0, 10)
  const record = `${date} ${clock.format(new Date(startTime))}:00`
  const place = { branch_id: branches[0]?.id, cooperator_id: staffId, service_id: serviceId }
  const customer = caller(url, '198.51.100.200')
  await customer.signUp('Native')
  console.log(`\nTwo programs want ${clock.format(new Date(startTime))}, one in the words of Rubitime:`)
  const [ours, theirs] = await Promise.all([
    customer.call<Created & Refusal>('POST', '/api/bookings', { ...wish, startTime }),
    caller(url, '198.51.100.201').call<{ status: string; message: string }>('POST', '/api2/create-record', {
      rk,
      ...place,
      record,
      status: 0,
      name: 'Иванов Иван',
    }),
  ])
  console.log(`  POST /api/bookings: ${ours.status} ${ours.body.error ?? 'booked'}`)
  console.log(`  POST /api2/create-record: ${theirs.body.status}, ${theirs.body.message}`)
  const isOurs = ours.status === 201 && theirs.body.message === 'The time is already taken'
  const isTheirs = ours.body.code === 'booking.slot_taken' && theirs.body.status === 'ok'
  expect('the slot has not exactly one owner', isOurs || isTheirs)
}

/** The call after the first so many, once it has come. */
async function nextCall({ received }: Receiver, after: number, deadline: number, signal: AbortSignal) {
  const stop = ticking('waiting for the next attempt')
  try {
    for (;;) {
      const call = received[after]
      if (call) return call
      expect(`only ${after} calls came`, Date.now() < deadline)
      await sleep(100, undefined, { signal })
    }
  } finally {
    stop()
  }
}

/** The one delivery of the webhook, once its last attempt has been written down. */
async function settledDelivery(owner: ReturnType<typeof caller>, webhookId: number) {
  for (let tries = 0; ; tries++) {
    const { deliveries } = await owner.must<{ deliveries: { status: string; attemptCount: number }[] }>(
      'GET',
      `/api/webhooks/${webhookId}/deliveries`,
    )
    const [delivery] = deliveries
    expect(`${deliveries.length} deliveries are listed`, deliveries.length === 1 && delivery !== undefined)
    if (delivery.status === 'succeeded' || tries === 50) return delivery
    await sleep(100)
  }
}

const state = mkdtempSync(path.join(tmpdir(), 'slotkeeper-demo-'))
const ending = new AbortController()
let isInterrupted = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    isInterrupted = true
    ending.abort()
  })
}
const ready = Promise.withResolvers<string>()
let said = ''
const receiver = await startReceiver((call) => (call <= REFUSALS ? 500 : 204))
try {
  console.log('Starting the service, with empty databases of its own ...')
  const running = runLocally({
    port: 0,
    persistTo: state,
    vars: { PASSWORD_ROUNDS: '1', WEBHOOK_ALLOW_LOOPBACK: 'true' },
    onOutput: (text) => (said += text),
    onProgress: (line) => console.log(`  ${line}`),
    onReady: ready.resolve,
    signal: ending.signal,
  })
  try {
    const ended = running.then(() => Promise.reject(new Error('The demo was interrupted.')))
    const url = await Promise.race([ready.promise, ended])
    console.log(`  It answers on ${url}.\n`)
    await Promise.race([tell(url, receiver, ending.signal), ended])
  } finally {
    ending.abort()
    await running
  }
  console.log(
    '\nOne slot, sold once, and the word about it delivered. The service has been stopped and its data removed.',
  )
} catch (error) {
  if (isInterrupted) {
    console.log('\nInterrupted. The service has been stopped and its data removed.')
    process.exitCode = 130
  } else {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`)
    if (said) console.error(`\nThe service's own last words:\n${said.split('\n').slice(-30).join('\n')}`)
    process.exitCode = 1
  }
} finally {
  await receiver.close()
  rmSync(state, { recursive: true, force: true })
}
