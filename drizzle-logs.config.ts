import { defineConfig } from 'drizzle-kit'

export default defineConfig({ dialect: 'sqlite', schema: './src/db/logs/**/*.ts', out: './migrations/logs' })
