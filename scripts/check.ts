// `npm run check`: everything that can be told without running the Worker. All of it runs, then all that failed is told.
import { execFile, type ExecFileException } from 'node:child_process'
import { cp, glob, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { quietEnv } from './quiet.ts'

process.chdir(path.join(import.meta.dirname, '..'))
const run = promisify(execFile)

/** Runs a tool of node_modules/.bin; resolves to what it said, throws an Error with it when the tool fails. */
async function tool(name: string, ...args: string[]) {
  const { stdout, stderr } = await run(path.join('node_modules/.bin', name), args, { env: quietEnv }).catch(
    (failed: ExecFileException) => {
      throw new Error(String(failed.stdout ?? '') + String(failed.stderr ?? '') || failed.message)
    },
  )
  return stdout + stderr
}

/** D1 ignores `foreign_keys=OFF`, so a table rebuilt under it loses the rows that refer to it. */
async function migrationsAreSafe() {
  for await (const file of glob('migrations/**/*.sql')) {
    const found = /PRAGMA\s+foreign_keys\s*=\s*OFF|ON\s+DELETE\s+CASCADE/i.exec(await readFile(file, 'utf8'))
    if (found) throw new Error(`${file} has "${found[0]}", which loses rows on D1.`)
  }
}

/** Each database's tables, and the migrations that make them. */
const schemas = { './src/db/{*,!(logs)/**/*}.ts': 'migrations', './src/db/logs/**/*.ts': 'migrations/logs' }

/** drizzle-kit ends with 0 even when it fails, so only its own word that nothing changed counts. */
async function migrationsAreComplete() {
  await mkdir('.wrangler', { recursive: true })
  for (const [schema, folder] of Object.entries(schemas)) {
    const copy = await mkdtemp('.wrangler/migrations-')
    try {
      await cp(folder, copy, { recursive: true })
      const before = await readdir(copy)
      const said = await tool(
        'drizzle-kit',
        'generate',
        '--dialect=sqlite',
        `--schema=${schema}`,
        `--out=${copy}`,
      )
      const added = (await readdir(copy)).filter((name) => !before.includes(name))
      if (added.length > 0 || !said.includes('No schema changes')) {
        throw new Error(`The tables of ${schema} are not those of ${folder}: run \`npm run fix\`.\n${said}`)
      }
    } finally {
      await rm(copy, { recursive: true })
    }
  }
}

/** npm installs what has no hash unverified, and from wherever it says. */
async function lockIsComplete() {
  interface Locked {
    integrity?: string
    resolved?: string
  }
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as { packages: Record<string, Locked> }
  const { '': _project, ...packages } = lock.packages
  for (const [name, { integrity = '', resolved }] of Object.entries(packages)) {
    if (!integrity.startsWith('sha512-')) throw new Error(`${name} has no hash in package-lock.json.`)
    if (resolved) throw new Error(`${name} is bound to one registry in package-lock.json.`)
  }
}

const checks: Record<string, () => Promise<unknown>> = {
  'lint and floors': () =>
    tool('oxlint', '--type-aware', '--deny-warnings', '--report-unused-disable-directives'),
  format: () => tool('oxfmt', '--check'),
  types: () => tool('tsc', '--noEmit'),
  'bindings as in wrangler.toml': () => tool('wrangler', 'types', 'src/worker-configuration.d.ts', '--check'),
  'migrations safe on D1': migrationsAreSafe,
  'migrations up to date': migrationsAreComplete,
  'packages by their hashes': lockIsComplete,
  'documents as OpenAPI wants them': () => tool('redocly', 'lint', 'test/openapi/*', '--max-problems=20'),
  'bundle can be deployed': () => tool('wrangler', 'deploy', '--dry-run'),
}

const failures = await Promise.all(
  Object.entries(checks).map(async ([name, check]) => {
    try {
      await check()
      console.log(`ok      ${name}`)
      return []
    } catch (error) {
      console.log(`FAILED  ${name}`)
      return [`${name}: ${error instanceof Error ? error.message : String(error)}`]
    }
  }),
)
for (const failure of failures.flat()) {
  process.exitCode = 1
  console.error(`\n${failure}`)
}
