// Before `npm run deploy`: refuses while wrangler.toml is still the example that came with the code.
import { unstable_readConfig } from 'wrangler'
import type { Unstable_Config } from 'wrangler'

const config: Unstable_Config = unstable_readConfig({ config: 'wrangler.toml' })
const { vars, routes = [], d1_databases: databases } = config
const { PUBLIC_ORIGIN } = vars as { PUBLIC_ORIGIN: string }
const origin = new URL(PUBLIC_ORIGIN)
const patterns = routes.map((route) => (typeof route === 'string' ? route : route.pattern))

const obstacles = [
  origin.hostname.endsWith('.example') && `PUBLIC_ORIGIN is still ${origin.origin}`,
  !patterns.some((pattern) => pattern.split('/')[0] === origin.hostname) &&
    `no route leads to ${origin.hostname}`,
  ...databases.map(({ database_name: name, database_id: id = '' }) => {
    return /^[0-]*\d$/.test(id) && `the database ${name} has no id of an account`
  }),
].filter((obstacle) => obstacle !== false)

if (obstacles.length > 0) {
  console.error(`Not deployed: in wrangler.toml ${obstacles.join(', ')}. The README says how to deploy.`)
  process.exitCode = 1
}
