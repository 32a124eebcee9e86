// Serves the Worker, reloads it when its code changes, and tells run-locally.ts about it: in a process of its own, so that
// whatever becomes of it can be mended by starting another.
import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import type { SourceMapPayload } from 'node:module'
import path from 'node:path'
import { unstable_DevEnv as DevEnv, unstable_readConfig } from 'wrangler'
import type { Unstable_Config } from 'wrangler'
import { makeSecrets } from './local-secrets.ts'
import { migrateLocally } from './migrate.ts'

/** What it is started with, as JSON in its first argument. */
export interface Serving {
  port: number
  /** None when there is to be no debugger. */
  inspectorPort: number | undefined
  state: string
  vars: Record<string, string>
}

/** What it tells. */
export type Word =
  | { kind: 'doing'; line: string }
  | { kind: 'loading' }
  /** Requests are answered; `innerPort` is where the Worker itself listens. */
  | { kind: 'serving'; innerPort: number }
  /** The code cannot be loaded; after the next change of a file it is tried again. */
  | { kind: 'broken'; why: string }
  /** There is nothing to serve from, and this process ends. */
  | { kind: 'failed'; why: string }

const root = path.join(import.meta.dirname, '..')
const serving = JSON.parse(process.argv[2] ?? '') as Serving
const tell = (word: Word) => process.send?.(word)
const say = (line: string) => tell({ kind: 'doing', line })

/** Of the bundle that was last built. */
let sourceMap: string | undefined

class Service extends DevEnv {
  override dispatch(event: Parameters<DevEnv['dispatch']>[0]) {
    if (event.type === 'bundleComplete') sourceMap = event.bundle.sourceMapPath
    if (event.type === 'reloadStart') tell({ kind: 'loading' })
    if (event.type === 'reloadComplete') {
      tell({ kind: 'serving', innerPort: Number(event.proxyData.userWorkerUrl.port) })
    }
    super.dispatch(event)
  }
}
const service = new Service()

async function end() {
  await service.teardown()
  process.exit()
}
// Whoever started this and is gone cannot end it any more.
for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.once(event, () => void end())

try {
  await serve(serving)
} catch (error) {
  process.send?.({ kind: 'failed', why: messageOf(error) } satisfies Word, () => process.exit(1))
}

async function serve({ port, inspectorPort, state, vars }: Serving) {
  const config: Unstable_Config = unstable_readConfig({ config: path.join(root, 'wrangler.toml') })
  const secrets = makeSecrets(state, config.secrets?.required ?? [], say)
  const databases = config.d1_databases.map(
    ({ database_name: name = '', database_id: id = '', migrations_dir }) => {
      return { name, id, migrations: migrations_dir ?? 'migrations' }
    },
  )
  await migrateLocally(state, databases, say)

  say('Building ...')
  service.on('buildFailed', () => tell({ kind: 'broken', why: 'The code cannot be built, see above.' }))
  service.on('error', ({ cause }: { cause: unknown }) => {
    tell({ kind: 'broken', why: `The code cannot be loaded: ${inSource(reasonIn(messageOf(cause)))}` })
  })
  const hostname = '127.0.0.1'
  await service.startWorker({
    config: config.configPath,
    envFiles: [secrets],
    bindings: Object.fromEntries(
      Object.entries(vars).map(([name, value]) => [name, { type: 'plain_text', value }]),
    ),
    dev: {
      remote: false,
      server: { hostname, port },
      inspector: inspectorPort === undefined ? false : { hostname, port: inspectorPort },
      persist: state,
      // Below `log`, where a table of all bindings would come with each reload; what the Worker says comes as it is.
      logLevel: 'info',
      structuredLogsHandler: ({ message }: { message: string }) => {
        if (!saysNotLoaded.test(message)) console.log(inSource(message))
      },
    },
  })
}

function messageOf(error: unknown) {
  return error instanceof Error ? error.message : String(error)
}

/** What the runtime says, at length, of code that throws while it is loaded; `broken` says it once. */
const saysNotLoaded =
  /^service core:user:.*: Uncaught|^A DurableObjectNamespace in the config referenced the class/

/** The reason among what the runtime said. */
function reasonIn(message: string) {
  const said = /"message":("(?:[^"\\]|\\.)*Uncaught(?:[^"\\]|\\.)*")/.exec(message)?.[1]
  return said ? (JSON.parse(said) as string).replace(/^.*?Uncaught /, '') : message
}

/** The folder in which wrangler bundles, as the runtime names it. */
const bundling = /file:\/\/[^\s:]*?\/\.wrangler\/tmp\/dev-\w+\//g

/** Places in the bundle become those in the source. */
function inSource(text: string) {
  const place = /\bworker\.js:(\d+):(\d+)/g
  if (!sourceMap || !place.test(text)) return text.replaceAll(bundling, '')
  const folder = path.resolve(root, path.dirname(sourceMap))
  const map = new SourceMap(
    JSON.parse(readFileSync(path.resolve(root, sourceMap), 'utf8')) as SourceMapPayload,
  )
  return text.replaceAll(place, (found, line: string, column: string) => {
    const origin = map.findOrigin(Number(line), Number(column))
    if (!('fileName' in origin)) return found
    const file = path.relative(root, path.resolve(folder, origin.fileName))
    return `${file}:${origin.lineNumber}:${origin.columnNumber}`
  })
}
