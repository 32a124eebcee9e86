import { sql } from 'drizzle-orm'
import { isOneOf } from '#db/database.ts'

/** Those that have an attempt before them yet. */
const unfinishedStatuses = ['pending', 'sending', 'parked'] as const
export const deliveryStatuses = [...unfinishedStatuses, 'succeeded', 'failed', 'skipped'] as const

export const unfinished = isOneOf(sql.raw('"status"'), unfinishedStatuses)
