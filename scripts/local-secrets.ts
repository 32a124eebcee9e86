// The secrets of a service on this machine: made on first start, kept in a file that is never committed.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const root = path.join(import.meta.dirname, '..')

/**
 * The file with the secrets of the data in `state`; those that are missing are made, those that are there stay. That of the
 * usual state is where plain `wrangler dev` looks, that of any other is beside its data.
 */
export function makeSecrets(state: string, names: readonly string[], onProgress: (line: string) => void) {
  const isUsual = state === path.join(root, '.wrangler/state')
  const file = path.join(isUsual ? root : state, '.dev.vars')
  const known = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const missing = names.filter((name) => !new RegExp(`^\\s*${name}\\s*=`, 'm').test(known))
  if (missing.length === 0) return file

  const made = missing.map((name) => `${name}=${randomBytes(32).toString('base64url')}\n`)
  writeFileSync(file, known.replace(/([^\n])$/, '$1\n') + made.join(''), { mode: 0o600 })
  if (existsSync(path.join(state, 'v3/d1'))) {
    onProgress(
      `${missing.join(', ')} not found in ${path.relative('', file)} and made anew: passwords, sign-ins and webhook secrets\n` +
        `that the data in ${path.relative('', state)} was made with do not work any more.`,
    )
  }
  return file
}
