// Brings databases on this machine up to their migrations, and records them in the table in which wrangler looks.
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { unstable_splitSqlQuery as split } from 'wrangler'

const root = path.join(import.meta.dirname, '..')

export interface LocalDatabase {
  name: string
  id: string
  /** Folder of its migrations, from the root of the project. */
  migrations: string
}

/**
 * Applies what `state` has not seen yet; nothing else may have the databases open meanwhile. Throws an Error in plain words
 * when a migration fails, of which nothing is kept then, and when one was changed after it had been applied.
 */
export async function migrateLocally(
  state: string,
  databases: readonly LocalDatabase[],
  onProgress: (line: string) => void,
): Promise<void> {
  // Opening the databases takes a second, reading what was noted of the last time does not.
  const noted = path.join(state, 'v3/d1/migrations.json')
  const seen = existsSync(noted) ? (JSON.parse(readFileSync(noted, 'utf8')) as Record<string, string>) : {}
  const found = databases.map(({ migrations, ...database }) => {
    return { ...database, migrations: readMigrations(migrations) }
  })
  const now = Object.fromEntries(
    found.flatMap(({ migrations }) => migrations.map(({ file, sql }) => [file, digestOf(sql)])),
  )
  const changed = Object.keys(now).find((file) => seen[file] !== undefined && seen[file] !== now[file])
  if (changed) {
    throw new Error(
      `${changed} was changed after it had been applied to the data in ${state}.\n` +
        'Put back what it was and write another migration, or remove that folder and begin with empty databases.',
    )
  }
  if (Object.keys(now).every((file) => seen[file])) return

  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      modules: true,
      script: 'export default {}',
      d1Databases: Object.fromEntries(databases.map(({ name, id }) => [name, id])),
      resourcePersistencePath: path.join(state, 'v3'),
    }),
  )
  try {
    for (const { name, migrations } of found) {
      await migrate(await miniflare.getD1Database(name), migrations, onProgress)
    }
  } finally {
    await miniflare.dispose()
  }
  writeFileSync(noted, JSON.stringify(now, null, 2))
}

/** Applies the migrations that the database does not have, each of them whole or not at all. */
export async function migrate(
  database: Pick<D1Database, 'prepare' | 'batch'>,
  migrations: readonly Migration[],
  onProgress: (line: string) => void = () => {},
): Promise<void> {
  await database.prepare(recordOfMigrations).run()
  const { results } = await database.prepare('SELECT name FROM d1_migrations').all<{ name: string }>()
  const applied = new Set(results.map(({ name }) => name))
  for (const { file, sql } of migrations) {
    const name = path.basename(file)
    if (applied.has(name)) continue
    onProgress(`Applying ${file} ...`)
    const record = database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name)
    const statements = split(sql).map((statement) => database.prepare(statement))
    try {
      await database.batch([...statements, record])
    } catch (error) {
      throw new Error(
        `${file} cannot be applied: ${error instanceof Error ? error.message : String(error)}`,
        {
          cause: error,
        },
      )
    }
  }
}

/** As `wrangler d1 migrations apply` creates it. */
const recordOfMigrations = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`

interface Migration {
  /** From the root of the project. */
  file: string
  sql: string
}

/** The migrations in a folder, in the order in which they are applied. */
export function readMigrations(folder: string): Migration[] {
  return globSync(`${folder}/*.sql`, { cwd: root })
    .toSorted()
    .map((file) => ({ file, sql: readFileSync(path.resolve(root, file), 'utf8') }))
}

function digestOf(text: string) {
  return createHash('sha256').update(text).digest('hex')
}
