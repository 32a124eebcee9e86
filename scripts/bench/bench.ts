// `npm run bench`: the built Worker and its floor (floor/worker.ts) side by side in workerd, without the proxy of
// `wrangler dev`, asked in turns by the same client. Each figure is the median of several rounds. A word after the name
// of this file picks the cases that have it in theirs.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import type { V4WorkerOptions, V4WorkerOptionsShape } from 'miniflare'
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from 'wrangler'
import { createAccessTokens } from '#http/access-token.ts'
import { median, runLoad } from './load.ts'
import { migrate, readMigrations } from '../migrate.ts'
import { quietEnv } from '../quiet.ts'
import { accountIds, casesFor, seed } from './seed.ts'
import type { Case } from './seed.ts'

const ROUNDS = 8
const ALONE_MS = 600
const CROWD_MS = 800
const WARM_UP_MS = 800
const CROWD = 8

// wrangler would warn of secrets that only the bench's Workers have.
Object.assign(process.env, quietEnv, { WRANGLER_LOG: 'error' })

const root = path.join(import.meta.dirname, '../..')
const run = promisify(execFile)
const tokenSecret = 'a secret that only the bench knows, and nobody else'

/** One of the two that are compared. */
interface Side {
  name: 'ours' | 'floor'
  url: URL
  /** The same Worker behind side-door.ts. */
  sideDoorUrl: URL
  /** Requests made so far of each case, so that no slot is asked for twice. */
  asked: Map<Case, number>
}

const readSource = async (file: string) => readFile(path.join(root, file), 'utf8')
const readScript = async (file: string) => stripTypeScriptTypes(await readSource(`scripts/bench/${file}`))

/** Miniflare's options for a Worker as wrangler.toml has it; the floor gets storage and classes of its own. */
function optionsOf(name: Side['name']): V4WorkerOptionsShape {
  const config = path.join(root, 'wrangler.toml')
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config)
  const text = JSON.stringify(workerOptions)
  const floorText = text
    .replaceAll(/"(slotkeeper|0{8})-/g, '"floor-')
    .replace('SlotLock', 'FloorLock')
    .replace('RateLimiter', 'FloorLimiter')
  const options = JSON.parse(name === 'ours' ? text : floorText) as V4WorkerOptionsShape
  const secrets = unstable_readConfig({ config }).secrets?.required ?? []
  for (const secret of secrets) options.bindings = { ...options.bindings, [secret]: tokenSecret }
  return options
}

/** A Worker, and the same behind a side door, sharing its storage. */
function workersOf(name: Side['name'], script: string, sideDoor: string): V4WorkerOptions[] {
  const entry = `import worker from './worker.js'\nimport { withSideDoor } from './side-door.js'\nexport default withSideDoor(worker)`
  const module = (file: string, contents: string) => ({ type: 'ESModule' as const, path: file, contents })
  const { queueConsumers, durableObjects = {}, ...options } = optionsOf(name)
  const objects = (origin: { scriptName?: string }) => {
    const entries = Object.entries(durableObjects).map(([binding, object]) => {
      // While one side is asked, the objects of the other would be put away.
      return [binding, { ...(object as object), ...origin, unsafePreventEviction: true }]
    })
    return Object.fromEntries(entries) as typeof durableObjects
  }
  const worker = { ...options, unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }] }
  return [
    {
      ...worker,
      name,
      modules: [module('worker.js', script)],
      durableObjects: objects({}),
      ...(queueConsumers && { queueConsumers }),
    },
    {
      ...worker,
      name: `${name}-side-door`,
      modules: [module('index.js', entry), module('worker.js', script), module('side-door.js', sideDoor)],
      durableObjects: objects({ scriptName: name }),
    },
  ]
}

async function openSide(miniflare: Miniflare, name: Side['name']): Promise<Side> {
  const database = await miniflare.getD1Database('DB', name)
  await migrate(database, readMigrations('migrations'))
  await migrate(await miniflare.getD1Database('LOGS', name), readMigrations('migrations/logs'))
  await seed(database)
  return {
    name,
    url: await miniflare.unsafeGetDirectURL(name),
    sideDoorUrl: await miniflare.unsafeGetDirectURL(`${name}-side-door`),
    asked: new Map(),
  }
}

function nextOf(side: Side, benchCase: Case) {
  const nth = side.asked.get(benchCase) ?? 0
  side.asked.set(benchCase, nth + 1)
  return benchCase.request(nth)
}

/** How many calls in a row the answer waits for, once everything is warm. */
async function roundTripsOf(side: Side, benchCase: Case): Promise<string> {
  const { method, path: address, headers = {}, body } = nextOf(side, benchCase)
  const init = { method, headers: { ...headers, 'Content-Type': 'application/json' }, ...(body && { body }) }
  const answer = await fetch(new URL(address, side.sideDoorUrl), init)
  if (answer.status !== benchCase.expected)
    throw new Error(`${address} answered ${answer.status}: ${await answer.text()}`)
  await answer.arrayBuffer()
  return answer.headers.get('X-Round-Trips') ?? ''
}

/** The floor answers what is free in the service's own words: it is told them here. */
async function tellFloor(ours: Side, floor: Side, benchCase: Case): Promise<void> {
  const { path: address, headers = {} } = nextOf(ours, benchCase)
  if (!address.includes('/availability?')) return
  const answer = await fetch(new URL(address, ours.url), { headers })
  await fetch(new URL(address, floor.url), { method: 'PUT', body: await answer.text() })
}

interface Result {
  alone: number[]
  crowd: number[]
  roundTrips: string
}

async function measure(
  sides: Record<Side['name'], Side>,
  benchCase: Case,
): Promise<Record<Side['name'], Result>> {
  const { ours, floor } = sides
  await tellFloor(ours, floor, benchCase)
  const results = { ours: noResult(), floor: noResult() }
  // Round 0 warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const side of [ours, floor]) {
      const claims = benchCase.claims?.(round, side.name)
      if (claims) await fetch(side.sideDoorUrl, { method: 'PUT', body: JSON.stringify(claims) })
      const load = { url: side.url, expected: benchCase.expected, next: () => nextOf(side, benchCase) }
      if (round === 0) {
        const warmUp = { ...load, concurrency: CROWD, atLeast: benchCase.callers }
        await runLoad({ ...warmUp, forMs: WARM_UP_MS })
        await runLoad({ ...warmUp, url: side.sideDoorUrl, forMs: 0 })
        results[side.name].roundTrips = await roundTripsOf(side, benchCase)
      } else {
        const alone = await runLoad({ ...load, concurrency: 1, forMs: ALONE_MS })
        const crowd = await runLoad({ ...load, concurrency: CROWD, forMs: CROWD_MS })
        results[side.name].alone.push(alone.medianMs)
        results[side.name].crowd.push(crowd.perSecond)
      }
    }
  }
  return results
}

function noResult(): Result {
  return { alone: [], crowd: [], roundTrips: '' }
}

const widths = [29, 9, 8, 7, 9, 8, 7, 8, 10]

function row(...cells: readonly string[]): string {
  return cells
    .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
    .join('')
}

function report({ name, aim }: Case, { ours, floor }: Record<Side['name'], Result>): string {
  const [ourMs, floorMs] = [median(ours.alone), median(floor.alone)]
  const [ourRate, floorRate] = [median(ours.crowd), median(floor.crowd)]
  return row(
    name,
    ourMs.toFixed(2),
    floorMs.toFixed(2),
    median(ours.alone.map((ms, round) => ms / (floor.alone[round] ?? NaN))).toFixed(2),
    ourRate.toFixed(0),
    floorRate.toFixed(0),
    median(ours.crowd.map((rate, round) => (floor.crowd[round] ?? NaN) / rate)).toFixed(2),
    aim ? `≤ ${aim}` : '',
    `${ours.roundTrips} / ${floor.roundTrips}`,
  )
}

/** What a new isolate spends before its first request: ms, as wrangler's profiler sees it. */
async function startUpMs(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slotkeeper-'))
  try {
    const args = [
      'check',
      'startup',
      '--args=--minify',
      `--outfile=${path.join(folder, 'startup.cpuprofile')}`,
    ]
    const { stdout } = await run(path.join(root, 'node_modules/.bin/wrangler'), args, {
      cwd: root,
      env: quietEnv,
    })
    return /Active: ([\d.]+) ms/.exec(stdout)?.[1] ?? 'unknown'
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function main() {
  const bundle = await readFile(path.join(root, 'dist/worker.js'))
  const kibibytes = (bytes: number) => `${(bytes / 1024).toFixed(0)} KiB`
  console.log(
    `Bundle ${kibibytes(bundle.byteLength)}, gzip ${kibibytes(gzipSync(bundle).byteLength)}; start-up ${await startUpMs()} ms of CPU`,
  )

  const sideDoor = await readScript('side-door.ts')
  const floorScript = await readScript('floor/worker.ts')
  const workers = [
    ...workersOf('ours', bundle.toString(), sideDoor),
    ...workersOf('floor', floorScript, sideDoor),
  ]
  // Miniflare keeps its state there, and takes it away again. In memory, if that is to be had: a disk that is slow to
  // sync would hide what is compared.
  if (existsSync('/dev/shm')) process.env['TMPDIR'] = '/dev/shm'
  const miniflare = new Miniflare(convertV4MiniflareOptions({ cf: false, workers }))
  try {
    await miniflare.ready
    const sides = { ours: await openSide(miniflare, 'ours'), floor: await openSide(miniflare, 'floor') }
    const accessTokens = createAccessTokens({ current: tokenSecret }, { now: () => Date.now() })
    const tokens = await Promise.all(
      accountIds.map((accountId) => accessTokens.issue({ accountId, sessionId: 1 })),
    )

    console.log(
      `\n${''.padEnd(29)}${'one at a time, ms'.padStart(24)}${`${CROWD} at a time, per s`.padStart(24)}`,
    )
    console.log(row('', 'ours', 'floor', 'ratio', 'ours', 'floor', 'ratio', 'aim', 'trips'))
    const [wanted = ''] = process.argv.slice(2)
    const cases = casesFor(tokens).filter(({ name }) => name.includes(wanted))
    for (const benchCase of cases) console.log(report(benchCase, await measure(sides, benchCase)))
    console.log(
      `\nMedians of ${ROUNDS} rounds, in turns. The floor is a bare Worker with the same round trips over the same rows; a ratio` +
        '\nsays how many times better it is, round by round. Trips: what one answer waits for in a row, ours / the floor.',
    )
  } finally {
    await miniflare.dispose()
  }
}

await main()
