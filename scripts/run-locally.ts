// Runs the Worker on this machine under `wrangler dev`: migrates, waits until it answers, keeps it up, ticks its cron.
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { quietEnv } from './quiet.ts'

const root = path.join(import.meta.dirname, '..')
const CRON = '* * * * *'
const CRON_EVERY_MS = 60_000
const READY_WITHIN_MS = 60_000
const END_WITHIN_MS = 5_000

export interface LocalRun {
  /** 0 picks a free one. */
  port: number
  /** Folder for databases and locks, and for the secrets made on first start. */
  persistTo: string
  /** Replaces variables of wrangler.toml. */
  vars?: Record<string, string>
  /** Hears what the Worker logs, and why a start failed. */
  onOutput: (text: string) => void
  /** Hears that the service answers: at first, and whenever `wrangler dev` had to be started again. */
  onReady: (url: string) => void
  /** Ends the run. */
  signal: AbortSignal
}

/** Serves on 127.0.0.1 until the signal, then ends everything it started. Throws an Error in plain words when it cannot serve. */
export async function runLocally({ port, persistTo, vars = {}, onOutput, onReady, signal }: LocalRun) {
  const state = path.resolve(persistTo)
  const args = ['dev', '--persist-to', state, '--env-file', makeSecrets(state)]
  const freePort = await findPort(port)
  args.push('--ip', '127.0.0.1', '--port', `${freePort}`, '--inspector-port', '0')
  const url = `http://127.0.0.1:${freePort}`
  const allVars = { PUBLIC_ORIGIN: url, WEBHOOK_ALLOW_LOOPBACK: 'true', ...vars }
  for (const [name, value] of Object.entries(allVars)) args.push('--var', `${name}:${value}`)

  const aborted = signal.aborted ? Promise.resolve() : once(signal, 'abort')
  const migrated = migrate(state, aborted)
  const cron = setInterval(() => void tick(url), CRON_EVERY_MS)
  try {
    // A client that drops its connection can end `wrangler dev`: once it has served, it is started again.
    while (!signal.aborted) {
      const dev = startWrangler(args)
      let held: string[] | undefined = []
      dev.stdout.on('data', (text: string) => (held ? held.push(text) : onOutput(text)))
      dev.stderr.on('data', (text: string) => onOutput(withoutCronNotice(text)))
      try {
        const ready = await Promise.race([
          migrated.then(() => answers(url, dev.isRunning)),
          dev.ended.then(() => false),
          aborted.then(() => false),
          sleep(READY_WITHIN_MS, false, { ref: false }),
        ])
        if (ready) {
          held = undefined
          onReady(url)
          await Promise.race([dev.ended, aborted])
        } else if (!signal.aborted) {
          onOutput(held.join(''))
          throw new Error('The service did not start.')
        }
      } finally {
        await dev.end()
      }
    }
  } finally {
    clearInterval(cron)
  }
}

const databases = ['DB', 'LOGS']

/** Applies what has not been applied yet; `wrangler` takes seconds to find out that there is nothing to do, a stamp does not. */
async function migrate(state: string, aborted: Promise<unknown>) {
  const digest = createHash('sha256')
  for (const file of globSync('migrations/**/*.sql', { cwd: root }).toSorted()) {
    digest.update(file).update(readFileSync(path.join(root, file)))
  }
  const applied = digest.digest('hex')
  const stamp = path.join(state, 'v3/d1/migrations-applied')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === applied) return

  for (const database of databases) {
    const apply = startWrangler(['d1', 'migrations', 'apply', database, '--local', '--persist-to', state])
    let said = ''
    for (const stream of [apply.stdout, apply.stderr]) stream.on('data', (text: string) => (said += text))
    try {
      await Promise.race([apply.ended, aborted])
    } finally {
      await apply.end()
    }
    if (!apply.succeeded()) throw new Error(`The migrations of ${database} could not be applied.\n${said}`)
  }
  writeFileSync(stamp, applied)
}

/** Starts wrangler in a process group of its own, so that whatever it starts ends with it. */
function startWrangler(args: string[]) {
  const script = path.join(root, 'node_modules/wrangler/bin/wrangler.js')
  const child = spawn(process.execPath, [script, ...args], {
    cwd: root,
    env: quietEnv,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  const killGroup = (signal: NodeJS.Signals) => {
    try {
      if (child.pid) process.kill(-child.pid, signal)
    } catch {
      // The group has ended already.
    }
  }
  return {
    stdout: child.stdout.setEncoding('utf8'),
    stderr: child.stderr.setEncoding('utf8'),
    ended,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    succeeded: () => child.exitCode === 0,
    async end() {
      killGroup('SIGTERM')
      await Promise.race([ended, sleep(END_WITHIN_MS, undefined, { ref: false })])
      killGroup('SIGKILL')
    },
  }
}

/** True when GET /health answers 200, false when the service has ended before that. */
async function answers(url: string, isRunning: () => boolean) {
  while (isRunning()) {
    const healthy = await fetch(`${url}/health`).then(
      async (response) => (await response.arrayBuffer(), response.ok),
      () => false,
    )
    if (healthy) return true
    await sleep(100)
  }
  return false
}

/** Schedules never fire by themselves under `wrangler dev`; a run missed while it restarts is made up a minute later. */
async function tick(url: string) {
  await fetch(`${url}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent(CRON)}`).then(
    (response) => response.arrayBuffer(),
    () => undefined,
  )
}

/** `wrangler dev` says that cron has to be fired by hand, which is done here. */
function withoutCronNotice(text: string) {
  return text.replace(
    /^.*Scheduled Workers are not automatically triggered[^]*?#test-cron-triggers-locally.*\n+/m,
    '',
  )
}

const secretNames = ['TOKEN_SECRET', 'PASSWORD_PEPPER', 'SEALING_SECRET']

/** The secrets of this state: those that are missing are made, those that are there stay. */
function makeSecrets(state: string) {
  mkdirSync(state, { recursive: true })
  const file = path.join(state, '.dev.vars')
  const known = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const missing = secretNames.filter((name) => !known.includes(`${name}=`))
  const made = missing.map((name) => `${name}=${randomBytes(32).toString('base64url')}\n`)
  if (made.length > 0) writeFileSync(file, known + made.join(''), { mode: 0o600 })
  return file
}

async function findPort(port: number) {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
  } catch {
    throw new Error(`Port ${port} cannot be had. Set PORT to another one, or to 0 for any that is free.`)
  }
  const address = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return address.port
}
