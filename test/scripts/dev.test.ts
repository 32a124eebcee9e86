import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCopy, endAll, running, start } from './started.ts'
import type { Started } from './started.ts'

/** Each test starts the service anew. */
const PATIENCE_MS = 180_000

describe('npm run dev', { timeout: PATIENCE_MS }, () => {
  const listening = /^Slotkeeper listens on (\S+)$/
  let copy: string
  let dev: Started
  let url: string
  const businesses = async () => (await fetch(`${url}/api/businesses`)).status

  beforeAll(async () => {
    copy = await aCopy()
    dev = start(copy, 'dev.ts')
    url = listening.exec(await dev.says(listening))?.[1] ?? ''
  }, PATIENCE_MS)
  afterAll(endAll)

  it('has its tables before it says that it listens', async () => {
    expect(await businesses()).toBe(200)
    const said = dev.lines.map((line) => line.replace(url, '').trim())
    expect(said.findIndex((line) => line.startsWith('Applying migrations/'))).toBeLessThan(
      said.findIndex((line) => line === 'Slotkeeper listens on'),
    )
  })

  it('has a barber to play with, once it was seeded', async () => {
    const seed = start(copy, 'seed.ts', { PORT: new URL(url).port })
    const [, key = '', path = ''] =
      /curl -H 'X-API-Key: (\S+)' 'http:\/\/[^/]+(\S+)'/.exec(await seed.says(/curl/)) ?? []
    const answer = await fetch(url + path, { headers: { 'X-API-Key': key } })
    expect(await answer.json()).toMatchObject({
      slots: expect.arrayContaining([expect.anything()]) as unknown,
    })
    expect(await seed.ended).toBe(0)
  })

  it('is alone on its data: a second one says so', async () => {
    const second = start(copy, 'dev.ts')
    await second.says(/^Another service is running on .*PERSIST_TO/)
    expect(await second.ended).toBe(1)
  })

  it.each(['PORT', 'INSPECTOR_PORT'])('says what is wrong when %s is no port', async (variable) => {
    const misled = start(copy, 'dev.ts', { [variable]: 'abc' })
    await misled.says(new RegExp(`^${variable} must be a number from 0 to 65535, not "abc"\\.$`))
    expect(await misled.ended).toBe(1)
  })

  it('names the line that throws while it is loaded, until that is mended', async () => {
    const module = path.join(copy, 'src/domain/page.ts')
    const sound = await readFile(module, 'utf8')
    await writeFile(module, `${sound}\nthrow new Error('not like this')\n`)
    await dev.says(/^The code cannot be loaded: Error: not like this$/)
    await dev.says(new RegExp(`src/domain/page\\.ts:${sound.split('\n').length + 1}:`))
    await writeFile(module, sound)
    await dev.says(/^Ready again\.$/)
    expect(await businesses()).toBe(200)
  })

  it('applies a migration that is written meanwhile', async () => {
    await writeFile(path.join(copy, 'migrations/9999_motto.sql'), 'ALTER TABLE businesses ADD motto TEXT;')
    await dev.says(/^Applying migrations\/9999_motto\.sql/)
    await dev.says(/^Ready again\.$/)
    expect(await businesses()).toBe(200)
  })

  it.each(['scripts/serve.ts', 'workerd serve'])('serves again when %s is killed', async (command) => {
    const part = dev.processes().find((process) => process.command.includes(command))
    process.kill(part?.pid ?? NaN, 'SIGKILL')
    await dev.says(/^The service is started again: /)
    await dev.says(/^Ready again\.$/)
    expect(await businesses()).toBe(200)
  })

  it('leaves nothing behind when it is interrupted', async () => {
    const parts = dev.processes().map(({ pid }) => pid)
    expect(parts.length).toBeGreaterThan(2)
    dev.kill('SIGINT')
    expect(await dev.ended).toBe(0)
    expect(running().filter(({ pid }) => parts.includes(pid))).toEqual([])
  })
})
