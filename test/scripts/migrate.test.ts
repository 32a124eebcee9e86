import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrate, migrateLocally, readMigrations } from '../../scripts/migrate.ts'

let folder: string
let database: Awaited<ReturnType<Miniflare['getD1Database']>>
let end: () => Promise<void>

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slotkeeper-test-'))
  const worker = { modules: true, script: 'export default {}', d1Databases: ['DB'] }
  const miniflare = new Miniflare(convertV4MiniflareOptions({ cf: false, ...worker }))
  database = await miniflare.getD1Database('DB')
  end = async () => {
    await miniflare.dispose()
    await rm(folder, { recursive: true })
  }
})
afterEach(() => end())

const write = (name: string, sql: string) => writeFile(path.join(folder, name), sql)
const apply = () => migrate(database, readMigrations(folder))
const names = async (query: string) => {
  const { results } = await database.prepare(query).all<{ name: string }>()
  return results.map(({ name }) => name)
}
const recorded = () => names('select name from d1_migrations order by id')

describe('migrating on this machine', () => {
  it('applies in order what a database does not have, and records it where wrangler looks', async () => {
    await write('0001_second.sql', 'alter table salons add motto text;')
    await write(
      '0000_first.sql',
      `create table salons (name text); --> statement-breakpoint
       create trigger upper after insert on salons begin update salons set name = upper(name); end;`,
    )
    await apply()
    expect(await recorded()).toEqual(['0000_first.sql', '0001_second.sql'])

    await database.exec("insert into salons values ('shear delight', 'short')")
    await write('0002_third.sql', "insert into salons values ('barber', null);")
    await apply()
    await apply()
    expect(await names('select name from salons order by name')).toEqual(['BARBER', 'SHEAR DELIGHT'])
  })

  it('keeps nothing of a migration that fails half way, and says which it was', async () => {
    await write('0000_first.sql', 'create table salons (name text); insert into nowhere values (1);')
    await expect(apply()).rejects.toThrow(/0000_first\.sql cannot be applied: .*no such table: nowhere/)
    expect(await recorded()).toEqual([])
    expect(await names("select name from sqlite_schema where name = 'salons'")).toEqual([])
  })

  it('refuses a migration that was changed after it had been applied', async () => {
    const state = path.join(folder, 'state')
    const databases = [{ name: 'salons', id: 'salons', migrations: folder }]
    const said: string[] = []
    const run = () => migrateLocally(state, databases, (line) => said.push(line))
    await write('0000_first.sql', 'create table salons (name text);')
    await run()
    await run()
    expect(said).toEqual([expect.stringMatching(/^Applying .*0000_first\.sql \.\.\.$/)])

    await write('0000_first.sql', 'create table salons (name text, motto text);')
    await expect(run()).rejects.toThrow(/0000_first\.sql was changed after it had been applied/)
  })
})
