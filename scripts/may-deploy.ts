// Before `npm run deploy`: refuses while wrangler.toml is still the example that came with the code.
import { unstable_readConfig } from 'wrangler'
import type { Unstable_Config } from 'wrangler'

/** What has to be put into wrangler.toml first. */
export function obstaclesTo({ vars, routes = [], d1_databases: databases }: Unstable_Config): string[] {
  const { PUBLIC_ORIGIN } = vars as { PUBLIC_ORIGIN: string }
  const { hostname } = new URL(PUBLIC_ORIGIN)
  const domains = routes.map((route) => (typeof route === 'string' ? route : route.pattern).split('/')[0])
  const unmade = databases.filter(({ database_id: id = '' }) => /^[0-]*\d$/.test(id))
  return [
    ...(hostname.endsWith('.example') ? [`PUBLIC_ORIGIN is still ${PUBLIC_ORIGIN}`] : []),
    ...(domains.includes(hostname) ? [] : [`no route leads to ${hostname}`]),
    ...unmade.map(({ database_name: name }) => `the database ${name} has no id of an account`),
  ]
}

if (import.meta.main) {
  const obstacles = obstaclesTo(unstable_readConfig({ config: 'wrangler.toml' }))
  if (obstacles.length > 0) {
    console.error(`Not deployed: in wrangler.toml ${obstacles.join(', ')}. The README says how to deploy.`)
    process.exitCode = 1
  }
}
