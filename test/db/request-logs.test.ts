import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { requestLogList } from '#db/logs/request-logs.ts'

async function planOf({ text, values }: { text: string; values: readonly unknown[] }): Promise<string> {
  const plan = await env.LOGS.prepare(`explain query plan ${text}`)
    .bind(...values)
    .all<{ detail: string }>()
  return plan.results.map(({ detail }) => detail).join('\n')
}

it('failures are looked for among failures, by their status or by their code', async () => {
  const status = { from: 400, to: 499 }
  const { found: byStatus } = requestLogList({ businessId: 4, status }, { page: 1, limit: 20 }, 1)
  expect(await planOf(byStatus)).toContain('USING INDEX requestLogsFailed')
  const byCode =
    'select id from requestLogs where businessId = ? and errorCode is not null order by id desc limit 20'
  expect(await planOf({ text: byCode, values: [4] })).toContain('INDEX requestLogsFailed')
})
