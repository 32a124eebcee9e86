import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-pool-workers'
import { defineConfig } from 'vitest/config'

// The same secrets wherever the tests run, whatever .dev.vars there is; a fast hash keeps sign-ups cheap.
const settings = {
  TOKEN_SECRET: 'a secret for tests only, never for a deployed service',
  PASSWORD_PEPPER: 'a pepper for tests only, never for a deployed service',
  SEALING_SECRET: 'a sealing secret for tests only, never for a deployed service',
  PASSWORD_ROUNDS: '1',
}
// wrangler would warn of secrets that it cannot find.
Object.assign(process.env, settings, { WRANGLER_LOG: 'warn' })

export default defineConfig(async () => ({
  test: {
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    projects: [
      {
        plugins: [
          cloudflareTest({
            verbose: false,
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                ...settings,
                TEST_MIGRATIONS: await readD1Migrations('migrations'),
                TEST_LOG_MIGRATIONS: await readD1Migrations('migrations/logs'),
              },
              compatibilityFlags: ['service_binding_extra_handlers'],
              outboundService: () => new Response('Nothing leaves the tests.', { status: 502 }),
            },
          }),
        ],
        test: {
          name: 'worker',
          include: ['test/**/*.test.ts'],
          exclude: ['test/scripts/**', 'test/browser/**', 'test/clients/**'],
          setupFiles: ['./test/setup.ts'],
          deps: {
            optimizer: {
              ssr: {
                enabled: true,
                include: [
                  '@hono/zod-openapi',
                  'drizzle-orm',
                  'drizzle-orm/d1',
                  'drizzle-orm/sqlite-core',
                  'fast-check',
                  'hono',
                  'hono/accepts',
                  'hono/body-limit',
                  'hono/http-exception',
                  'hono/jsx/jsx-dev-runtime',
                  'hono/jsx/jsx-runtime',
                  'hono/jwt',
                  'hono/route',
                  'standardwebhooks',
                  'yaml',
                  'temporal-polyfill/fns/PlainDateTime',
                  'temporal-polyfill/fns/ZonedDateTime',
                  'zod',
                ],
              },
            },
          },
        },
      },
      // What npm's commands run does so in Node, and is tested there.
      { test: { name: 'scripts', include: ['test/scripts/**/*.test.ts'] } },
      // Clients are made from what the service publishes, and call the one that `npm run dev` serves.
      { test: { name: 'clients', include: ['test/clients/**/*.test.ts'], testTimeout: 60_000 } },
      // Pages are looked at in a browser, with the service that `npm run dev` serves.
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], testTimeout: 60_000 } },
    ],
  },
}))
