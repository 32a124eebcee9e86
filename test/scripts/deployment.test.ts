import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unstable_readConfig } from 'wrangler'
import { obstaclesTo } from '../../scripts/may-deploy.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slotkeeper-test-'))
})
afterAll(() => rm(folder, { recursive: true }))

const ours = readFileSync('wrangler.toml', 'utf8')

async function configured(text: string) {
  const config = path.join(folder, 'wrangler.toml')
  await writeFile(config, text)
  return unstable_readConfig({ config })
}

describe('a deployment', () => {
  const example = `
    name = "slotkeeper"
    vars = { PUBLIC_ORIGIN = "https://slotkeeper.example" }
    [[d1_databases]]
    binding = "DB"
    database_name = "slotkeeper"
    database_id = "00000000-0000-0000-0000-000000000000"`

  it('is refused while the configuration is the example, and says all that is to be changed', async () => {
    expect(obstaclesTo(await configured(example))).toEqual([
      'PUBLIC_ORIGIN is still https://slotkeeper.example',
      'no route leads to slotkeeper.example',
      'the database slotkeeper has no id of an account',
    ])
  })

  it('is allowed once it has a domain of its own, a route there and databases', async () => {
    const real = `routes = [{ pattern = "book.salon.test", custom_domain = true }]\n${example}`
      .replaceAll('slotkeeper.example', 'book.salon.test')
      .replace('00000000-0000-0000-0000-000000000000', '6f1c0a52-8d4e-4b0a-9a55-0d8f3f0b7c11')
    expect(obstaclesTo(await configured(real))).toEqual([])
  })

  it('answers at its own domain alone, with a limit on what a request costs and no addresses in its logs', async () => {
    const config = await configured(ours)
    expect(config).toMatchObject({
      workers_dev: false,
      preview_urls: false,
      observability: { enabled: true, logs: { invocation_logs: false } },
    })
    expect(config.limits?.cpu_ms).toBeLessThan(30_000)
  })
})
