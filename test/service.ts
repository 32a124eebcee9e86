// The service as `npm run dev` serves it, on a port and data of its own.
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runLocally } from '../scripts/run-locally.ts'

let end = async (): Promise<void> => undefined

export const endService = (): Promise<void> => end()

/** Where the service answers. */
export async function startService(): Promise<string> {
  const state = mkdtempSync(path.join(tmpdir(), 'slotkeeper-test-'))
  const ending = new AbortController()
  const ready = Promise.withResolvers<string>()
  let said = ''
  const hear = (text: string) => void (said += `${text}\n`)
  const running = runLocally({
    port: 0,
    persistTo: state,
    vars: { PASSWORD_ROUNDS: '1' },
    onOutput: hear,
    onProgress: hear,
    onReady: ready.resolve,
    signal: ending.signal,
  })
  end = async () => {
    ending.abort()
    await running
    await rm(state, { recursive: true, force: true })
  }
  const ended = running.then(() => Promise.reject(new Error(`The service ended:\n${said}`)))
  ended.catch(() => undefined)
  return Promise.race([ready.promise, ended])
}
