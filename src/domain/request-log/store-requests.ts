import { insertRequestLogs } from '#db/logs/request-logs.ts'
import { membersAmong } from '#db/members.ts'
import type { Context } from '#domain/context.ts'
import { withNewIds } from '#domain/identifiers.ts'
import { toStored } from './log-message.ts'
import type { LogMessage } from './log-message.ts'
import { objectKeyAt } from './object-key.ts'
import type { LogEntry } from './record.ts'

/**
 * Writes a batch of requests to the log: their records into one object, then a row for each. Idempotent: what the queue
 * delivers twice is there, and counted, once.
 */
export async function storeRequests(ctx: Context, messages: readonly LogMessage[]): Promise<void> {
  const concerns = await confirming(
    ctx,
    messages.map(({ entry }) => entry),
  )
  const objectKey = objectKeyAt(ctx.clock.now())
  const records = messages.map(({ record }) => toStored(record))
  let recordOffset = 0
  const rows = messages.map(({ entry }, at) => {
    const recordLength = records[at]?.length ?? 0
    const row = {
      ...entry,
      businessId: concerns(entry),
      objectKey,
      recordOffset,
      recordLength,
    }
    recordOffset += recordLength
    return row
  })
  await ctx.logs.records.put(objectKey, Buffer.concat(records))
  await withNewIds((isAgain) => {
    const named = isAgain ? rows.map((row) => ({ ...row, id: ctx.newId() })) : rows
    return ctx.logs.commit([insertRequestLogs({ rows: JSON.stringify(named) })])
  })
}

/** A request may name any business; it enters the log of one only if the caller is a key or a member of it. */
async function confirming(ctx: Context, entries: LogEntry[]): Promise<(entry: LogEntry) => number | null> {
  const pairs = entries
    .filter(({ accountId, businessId }) => accountId !== null && businessId !== null)
    .map(({ accountId, businessId }) => [businessId, accountId])
  const [members] = pairs.length > 0 ? await ctx.read([membersAmong({ pairs: JSON.stringify(pairs) })]) : [[]]
  const known = new Set(members.map(({ businessId, accountId }) => `${businessId}:${accountId}`))
  return ({ keyId, businessId, accountId }) => {
    return keyId !== null || known.has(`${businessId}:${accountId}`) ? businessId : null
  }
}
