// `npm run dev`: serves on PORT (0 picks a free one), with its state under PERSIST_TO, until it is interrupted.
import { runLocally } from './run-locally.ts'

const ending = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort())

try {
  await runLocally({
    port: Number(process.env['PORT'] ?? 8787),
    persistTo: process.env['PERSIST_TO'] ?? '.wrangler/state',
    onOutput: (text) => process.stdout.write(text),
    onReady: (url) => console.log(`Slotkeeper listens on ${url}`),
    signal: ending.signal,
  })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
