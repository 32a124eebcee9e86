import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { consume } from '#background/queue.ts'
import type { QueueMessage } from '#background/queue.ts'
import { Database, StorageError } from '#db/database.ts'
import { PostOffice, aWebhook, emit } from '../post-office.ts'
import { aWorld, contextOf, minutes, query, setClock, settled } from '../world.ts'
import wrangler from '../../wrangler.toml?raw'

beforeEach(() => setClock())
afterEach(() => vi.restoreAllMocks())

function batchOf(queue: string, bodies: QueueMessage[], attempts = 1) {
  const messages = bodies.map((body, index) => ({
    id: `m${index}`,
    body,
    attempts,
    ack: vi.fn<() => void>(),
    retry: vi.fn<(options: QueueRetryOptions) => void>(),
  }))
  return { messages, batch: { queue, messages } as unknown as MessageBatch<QueueMessage> }
}

describe('a queue that storage fails', () => {
  it.each([
    ['slotkeeper-events', { eventId: 1 }],
    ['slotkeeper-deliveries', { deliveryId: 1 }],
  ])('%s tries again later and later, for half an hour', async (queue, body) => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const away = async () => Promise.reject(new StorageError('away'))
    vi.spyOn(Database.prototype, 'read').mockImplementation(away)
    vi.spyOn(Database.prototype, 'commit').mockImplementation(away)
    const waits: number[] = []
    for (let attempt = 1; attempt <= 10; attempt++) {
      const { batch, messages } = batchOf(queue, [body, body], attempt)
      await consume(batch, contextOf())
      for (const message of messages) expect(message.ack).not.toHaveBeenCalled()
      waits.push(messages[1]!.retry.mock.calls[0]![0].delaySeconds!)
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 600])
    const together = waits.reduce((sum, wait) => sum + wait, 0) * 1_000
    expect(together).toBeGreaterThan(25 * minutes)
  })

  it('has ten tries, whichever it is', () => {
    expect(wrangler.match(/^max_retries = \d+$/gm)).toEqual(
      Array.from({ length: 4 }, () => 'max_retries = 10'),
    )
  })
})

describe('a message that cannot be handled', () => {
  it('is tried again by itself, and takes none of its batch along', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const office = new PostOffice()
    const [well, sick] = [await aWorld(), await aWorld()]
    const [webhook, broken] = [await aWebhook(well), await aWebhook(sick)]
    // Nothing that any verb would write.
    await query("update webhooks set events = '5' where id = ?", broken.id)
    const [first, second] = await emit(office, well, 2)
    const [poison] = await emit(office, sick)
    office.announced.length = 0

    const ids = [first!, poison!, second!]
    const { batch, messages } = batchOf(
      'slotkeeper-events',
      ids.map((eventId) => ({ eventId })),
      3,
    )
    await consume(batch, office.context())
    await settled()
    await office.deliver()
    expect(office.sequencesAt(webhook.url)).toEqual([1, 2])
    expect(messages.map(({ ack }) => ack.mock.calls.length)).toEqual([1, 0, 1])
    expect(messages[1]!.retry).toHaveBeenCalledExactlyOnceWith({ delaySeconds: 8 })
    expect(warned.mock.calls[0]?.slice(0, 2)).toEqual(['to be tried again', `{"eventId":${poison}}`])
  })

  it('of the request log is not shown', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const { batch, messages } = batchOf('slotkeeper-request-log', [
      { secret: 'hidden' } as unknown as QueueMessage,
    ])
    await consume(batch, contextOf())
    expect(messages[0]!.retry).toHaveBeenCalledOnce()
    expect(JSON.stringify(warned.mock.calls)).not.toContain('hidden')
  })
})
