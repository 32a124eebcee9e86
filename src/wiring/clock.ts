import type { Clock } from '#domain/context.ts'

export const clock: Clock = { now: () => Date.now() }
