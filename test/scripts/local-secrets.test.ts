import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeSecrets } from '../../scripts/local-secrets.ts'

let state: string
beforeEach(async () => {
  state = await mkdtemp(path.join(tmpdir(), 'slotkeeper-test-'))
})
afterEach(() => rm(state, { recursive: true }))

const said: string[] = []
beforeEach(() => void said.splice(0))
const make = async (...names: string[]) => {
  const file = makeSecrets(state, names, (line) => said.push(line))
  return { file, text: await readFile(file, 'utf8') }
}

describe('secrets on this machine', () => {
  it('are made beside the data, long and for its owner alone', async () => {
    const { file, text } = await make('TOKEN_SECRET', 'PASSWORD_PEPPER')
    expect(file).toBe(path.join(state, '.dev.vars'))
    expect(text).toMatch(/^TOKEN_SECRET=[\w-]{43}\nPASSWORD_PEPPER=[\w-]{43}\n$/)
    expect((await stat(file)).mode & 0o077).toBe(0)
    expect(said).toEqual([])
  })

  it('stay when another one is needed', async () => {
    const { text: before } = await make('TOKEN_SECRET')
    const { text: after } = await make('TOKEN_SECRET', 'SEALING_SECRET')
    expect(after.startsWith(before)).toBe(true)
    expect((await make('TOKEN_SECRET', 'SEALING_SECRET')).text).toBe(after)
  })

  it('say so when they are made anew for data that is older', async () => {
    await mkdir(path.join(state, 'v3/d1'), { recursive: true })
    await make('TOKEN_SECRET', 'PASSWORD_PEPPER')
    expect(said.join()).toMatch(
      /^TOKEN_SECRET, PASSWORD_PEPPER not found in .*made anew: passwords, sign-ins/,
    )
  })
})
