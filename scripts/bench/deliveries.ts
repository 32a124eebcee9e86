// How long a word takes from the commit to the partner, how many go out in a second, and whether a receiver that
// hangs slows the others down. Against the service as `npm run dev` runs it; receivers and load share the machine.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { caller } from '../caller.ts'
import { startReceiver } from '../receiver.ts'
import type { Receiver } from '../receiver.ts'
import { runLocally } from '../run-locally.ts'

/** Of each kind in each run: one at a time with a pause, then all that four callers can make at once. */
const CALM = 40
const CROWD = 80
const CALLERS = 4
const PAUSE_MS = 50
const PATIENCE_MS = 60_000
const HALF_HOUR = 30 * 60_000

interface Created {
  id: number
}
interface Figures {
  p50: number
  p99: number
  perSecond: number
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

/** One owner and one business for each run: its events are its own. */
async function runOnce(url: string, name: string, receivers: Receiver[]): Promise<Figures> {
  const owner = caller(url, `192.0.2.${name.length}`)
  await owner.signUp(name)
  const { id: businessId } = await owner.must<Created>('POST', '/api/businesses', {
    name,
    category: 'bench',
    timeZone: 'UTC',
    currency: 'EUR',
    address: { city: 'Berlin', country: 'DE' },
  })
  const weekly = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, start: '00:00', end: '24:00' }))
  const schedule = { weekly, overrides: [], timeOff: [] }
  const { id: staffId } = await owner.must<Created>('POST', '/api/staff', { businessId, name, schedule })
  const { id: serviceId } = await owner.must<Created>('POST', '/api/services', {
    businessId,
    name: 'Half an hour',
    durationMinutes: 30,
    price: { amount: 0, currency: 'EUR' },
  })
  for (const receiver of receivers) {
    const hook = { businessId, url: receiver.url, events: ['booking.*'] }
    receiver.know((await owner.must<{ secret: string }>('POST', '/api/webhooks', hook)).secret)
  }

  const [healthy] = receivers
  if (!healthy) throw new Error('nobody to tell')
  const tomorrow = Math.ceil(Date.now() / 86_400_000) * 86_400_000
  let booked = 0
  const book = () => {
    const startTime = new Date(tomorrow + booked++ * HALF_HOUR).toISOString()
    return owner.must('POST', '/api/bookings', { businessId, serviceId, staffId, startTime })
  }
  const heard = async (count: number) => {
    const deadline = Date.now() + PATIENCE_MS
    while (healthy.received.length < count && Date.now() < deadline) await sleep(10)
    if (healthy.received.length < count)
      throw new Error(`only ${healthy.received.length} of ${count} arrived`)
  }

  for (let index = 0; index < CALM; index++) {
    await book()
    await sleep(PAUSE_MS)
  }
  await heard(CALM)
  const waits = healthy.received.map(({ at, event }) => at - Date.parse(event.createdAt))

  const startedAt = Date.now()
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      for (let index = 0; index < CROWD / CALLERS; index++) await book()
    }),
  )
  await heard(CALM + CROWD)
  const perSecond = CROWD / ((Math.max(...healthy.received.map(({ at }) => at)) - startedAt) / 1000)
  if (!healthy.received.every(({ isSigned }) => isSigned)) throw new Error('a signature was wrong')
  return { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), perSecond }
}

function row(...cells: string[]): string {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(12))).join('')
}

async function compare(url: string): Promise<void> {
  const [first, second, hanging] = await Promise.all([
    startReceiver(() => 204),
    startReceiver(() => 204),
    startReceiver(() => 'hang'),
  ])
  try {
    const alone = await runOnce(url, 'Alone', [first])
    const beside = await runOnce(url, 'Beside', [second, hanging])
    const told = ({ p50, p99, perSecond }: Figures) => [p50.toFixed(0), p99.toFixed(0), perSecond.toFixed(0)]
    console.log(`\n${row('From commit to receiver', 'p50, ms', 'p99, ms', 'per second')}`)
    console.log(row('one receiver', ...told(alone)))
    console.log(row('the same beside one that hangs', ...told(beside)))
    const ratios = [beside.p50 / alone.p50, beside.p99 / alone.p99, alone.perSecond / beside.perSecond]
    console.log(row('ratio', ...ratios.map((ratio) => ratio.toFixed(2))))
  } finally {
    await Promise.all([first, second, hanging].map((receiver) => receiver.close()))
  }
}

const state = mkdtempSync(path.join(tmpdir(), 'slotkeeper-deliveries-'))
const ending = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort())
const ready = Promise.withResolvers<string>()
const running = runLocally({
  port: 0,
  persistTo: state,
  vars: { PASSWORD_ROUNDS: '1', WEBHOOK_ALLOW_LOOPBACK: 'true' },
  onOutput: () => undefined,
  onProgress: (line) => console.log(line),
  onReady: ready.resolve,
  signal: ending.signal,
})
try {
  await Promise.race([
    ready.promise.then(compare),
    running.then(() => Promise.reject(new Error('interrupted'))),
  ])
} finally {
  ending.abort()
  await running
  rmSync(state, { recursive: true, force: true })
}
