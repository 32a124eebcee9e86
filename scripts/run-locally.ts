// Runs the Worker on this machine: one process serves it (serve.ts), this one keeps that up, ticks its cron and ends it.
import { fork } from 'node:child_process'
import { EventEmitter, on, once } from 'node:events'
import { mkdirSync, watch } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { quietEnv } from './quiet.ts'
import type { Serving, Word } from './serve.ts'

const root = path.join(import.meta.dirname, '..')
const host = '127.0.0.1'
const CRON = '* * * * *'
const CRON_EVERY_MS = 60_000
const READY_WITHIN_MS = 60_000
const SETTLED_AFTER_MS = 500
const END_WITHIN_MS = 5_000

export interface LocalRun {
  /** 0 picks a free one. */
  port: number
  /** Where debuggers attach; without it there is nothing to attach to. */
  inspectorPort?: number
  /** Folder for databases, locks and all else that is kept. */
  persistTo: string
  /** Replaces variables of wrangler.toml. */
  vars?: Record<string, string>
  /** Whether code that cannot be run is waited for until it is mended, instead of giving up. */
  isPatient?: boolean
  /** Hears what the Worker and wrangler write. */
  onOutput: (text: string) => void
  /** Hears what is being done, and what is wrong. */
  onProgress: (line: string) => void
  /** Hears, once, that the service answers. */
  onReady: (url: string) => void
  /** Ends the run. */
  signal: AbortSignal
}

/** Serves on 127.0.0.1 until the signal, then ends everything it started. Throws an Error in plain words when it cannot serve. */
export async function runLocally(run: LocalRun): Promise<void> {
  const { inspectorPort, isPatient = false, onOutput, onProgress, signal } = run
  const state = path.resolve(run.persistTo)
  mkdirSync(state, { recursive: true })
  using ending = new DisposableStack()
  ending.use(holdAlone(state))
  const port = await findPort(run.port)
  const url = `http://${host}:${port}`
  const vars = { PUBLIC_ORIGIN: url, WEBHOOK_ALLOW_LOOPBACK: 'true', ...run.vars }

  const cron = setInterval(() => void tick(url), CRON_EVERY_MS)
  ending.defer(() => clearInterval(cron))
  let hasServed = false
  try {
    while (!signal.aborted) {
      await using service = startService({ port, inspectorPort, state, vars }, onOutput)
      for await (const [happening] of on(service.happenings, 'happening', { signal })) {
        const { kind } = happening
        if (kind === 'doing') {
          onProgress(happening.line)
        } else if (kind === 'serving') {
          if (hasServed) onProgress('Ready again.')
          else await answers(url, signal)
          if (!hasServed) run.onReady(url)
          hasServed = true
        } else if (kind === 'broken' || kind === 'failed') {
          if (!isPatient) throw new Error(happening.why)
          onProgress(`${happening.why}\nThe next change of a file is tried.`)
        } else if (kind === 'gone') {
          if (!hasServed) throw new Error(`The service did not start: ${happening.what}.`)
          onProgress(`The service is started again: ${happening.what}.`)
          break
        } else if (kind === 'changed') {
          onProgress(`The service is started again: ${happening.file} has changed.`)
          break
        }
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

type Happening = Word | { kind: 'gone'; what: string } | { kind: 'changed'; file: string }

/** The serving process, in a group of its own, so that whatever it starts ends with it. */
function startService(serving: Serving, onOutput: (text: string) => void) {
  const happenings = new EventEmitter<{ happening: [Happening] }>()
  const tell = (happening: Happening) => happenings.emit('happening', happening)

  const child = fork(path.join(import.meta.dirname, 'serve.ts'), [JSON.stringify(serving)], {
    cwd: root,
    env: quietEnv,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null)
  for (const stream of streams) stream.setEncoding('utf8').on('data', onOutput)

  let last: Word = { kind: 'loading' }
  child.on('message', (word: Word) => {
    last = word
    tell(word)
    if (word.kind !== 'serving') return
    for (const port of [serving.port, word.innerPort]) {
      void closing(port)
        .then(() => sleep(SETTLED_AFTER_MS))
        .then(() => last === word && tell({ kind: 'gone', what: 'its runtime has ended' }))
    }
  })
  const ended = once(child, 'exit')
  void ended.then(() => last.kind !== 'failed' && tell({ kind: 'gone', what: 'its process has ended' }))

  const late = setTimeout(() => {
    if (last.kind === 'doing' || last.kind === 'loading') {
      tell({ kind: 'gone', what: 'it was not ready within a minute' })
    }
  }, READY_WITHIN_MS)

  let settling: NodeJS.Timeout | undefined
  const notice = (file: string) => {
    clearTimeout(settling)
    settling = setTimeout(() => tell({ kind: 'changed', file }), SETTLED_AFTER_MS)
  }
  const watchers = [
    watch(root, (_, file) => file === 'wrangler.toml' && notice(file)),
    watch(path.join(root, 'migrations'), { recursive: true }, (_, file) => {
      if (file?.endsWith('.sql')) notice(path.join('migrations', file))
    }),
  ]

  return {
    happenings,
    async [Symbol.asyncDispose]() {
      happenings.removeAllListeners()
      for (const timer of [late, settling]) clearTimeout(timer)
      for (const watcher of watchers) watcher.close()
      // Of what ends on purpose nobody needs the last words.
      for (const stream of streams) stream.off('data', onOutput).resume()
      child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null) {
        await Promise.race([ended, sleep(END_WITHIN_MS, undefined, { ref: false })])
      }
      try {
        if (child.pid) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // All of the group have ended.
      }
    },
  }
}

/** Lets nothing else run on the same state: two services would keep each other's databases busy and fill one lock twice. */
function holdAlone(state: string): Disposable {
  // The system lets go of it when this process ends, however it does.
  const held = new DatabaseSync(path.join(state, 'running.sqlite'))
  try {
    held.exec('BEGIN EXCLUSIVE')
  } catch {
    held.close()
    throw new Error(
      `Another service is running on ${state}. End that one, or set PERSIST_TO to another folder for this one.`,
    )
  }
  return { [Symbol.dispose]: () => held.close() }
}

/** Resolves when nothing listens on a port any more. It asks nothing: a debugger may be holding whoever would answer. */
async function closing(port: number) {
  for (;;) {
    const socket = connect(port, host).unref()
    try {
      await once(socket, 'connect')
      await once(socket, 'close')
    } catch {
      return
    } finally {
      socket.destroy()
    }
  }
}

/** Throws when GET /health does not answer 200. */
async function answers(url: string, signal: AbortSignal) {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(READY_WITHIN_MS)])
  const { status } = await fetch(`${url}/health`, { signal: patience })
  if (status !== 200) throw new Error(`The service started, but GET /health answers ${status}.`)
}

/** Schedules never fire by themselves on this machine; a run missed while it restarts is made up a minute later. */
async function tick(url: string) {
  await fetch(`${url}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent(CRON)}`).then(
    (response) => response.arrayBuffer(),
    () => undefined,
  )
}

/** The port that was asked for, or any free one for 0. */
export async function findPort(port: number, variable = 'PORT'): Promise<number> {
  const server = createServer()
  try {
    await once(server.listen(port, host), 'listening')
  } catch {
    throw new Error(
      `Port ${port} cannot be had. Set ${variable} to another one, or to 0 for any that is free.`,
    )
  }
  const address = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return address.port
}
