import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-pool-workers'
import { defineConfig } from 'vitest/config'

// wrangler looks for the secrets of wrangler.toml here; a fast hash keeps sign-ups cheap.
Object.assign(process.env, {
  TOKEN_SECRET: 'a secret for tests only, never for a deployed service',
  PASSWORD_PEPPER: 'a pepper for tests only, never for a deployed service',
  SEALING_SECRET: 'a sealing secret for tests only, never for a deployed service',
  PASSWORD_ROUNDS: '1',
  WRANGLER_LOG: 'warn',
})

export default defineConfig(async () => ({
  plugins: [
    cloudflareTest({
      verbose: false,
      wrangler: { configPath: './wrangler.toml' },
      miniflare: {
        bindings: {
          TEST_MIGRATIONS: await readD1Migrations('migrations'),
          TEST_LOG_MIGRATIONS: await readD1Migrations('migrations/logs'),
        },
        compatibilityFlags: ['service_binding_extra_handlers'],
        outboundService: () => new Response('Nothing leaves the tests.', { status: 502 }),
      },
    }),
  ],
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['./test/setup.ts'],
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
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
            'hono/body-limit',
            'hono/http-exception',
            'hono/jwt',
            'hono/route',
            'standardwebhooks',
            'yaml',
            'temporal-polyfill',
            'zod',
          ],
        },
      },
    },
  },
}))
