// `npm run dev`: serves until it is interrupted, and stays up whatever happens to the code meanwhile.
import { findPort, runLocally } from './run-locally.ts'

const USUAL_INSPECTOR_PORT = 9229

const ending = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort())

/** The port that a variable names, if it is set. */
function portOf(variable: string): number | undefined {
  const said = process.env[variable]
  if (said === undefined || said === '') return undefined
  const port = Number(said)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`${variable} must be a number from 0 to 65535, not "${said}".`)
  }
  return port
}

async function findInspectorPort() {
  const port = portOf('INSPECTOR_PORT')
  if (port !== undefined) return findPort(port, 'INSPECTOR_PORT')
  return findPort(USUAL_INSPECTOR_PORT).catch(() => findPort(0))
}

try {
  const port = portOf('PORT') ?? 8787
  const inspectorPort = await findInspectorPort()
  await runLocally({
    port,
    inspectorPort,
    persistTo: process.env['PERSIST_TO'] ?? '.wrangler/state',
    isPatient: true,
    onOutput: (text) => process.stdout.write(text),
    onProgress: (line) => console.log(line),
    onReady: (url) => {
      console.log(`Slotkeeper listens on ${url}`)
      console.log(`  the API describes itself   ${url}/openapi.json`)
      console.log(`  look into the storage      ${url}/cdn-cgi/explorer`)
      console.log(
        `  a barber to play with      ${port === 8787 ? '' : `PORT=${new URL(url).port} `}npm run seed`,
      )
      console.log(`  debuggers attach to        127.0.0.1:${inspectorPort}`)
    },
    signal: ending.signal,
  })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
