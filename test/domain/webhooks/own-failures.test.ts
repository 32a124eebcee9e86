// What we fail at ourselves is neither the receiver's fault nor the event's end.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { dispatchEvents } from '#domain/webhooks/dispatch-events.ts'
import type { Format } from '#domain/webhooks/message.ts'
import { PostOffice, aWebhook, deliveriesTo, emit, webhookRow } from '../../post-office.ts'
import { aWorld, days, hours, minutes, monday, query, setClock, settled } from '../../world.ts'
import type { World } from '../../world.ts'

let office: PostOffice
let world: World
let shown: ReturnType<typeof vi.spyOn>
/** Events that cannot be rendered. */
let unspeakable: Set<number>

beforeEach(async () => {
  setClock()
  office = new PostOffice()
  world = await aWorld()
  shown = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  unspeakable = new Set()
})
afterEach(() => vi.restoreAllMocks())

const attempts = (deliveryId: number) =>
  query(
    'select errorClass, statusCode from webhookAttempts where deliveryId = ? order by attempt',
    deliveryId,
  )

/** A process that has a bug in its rendering. */
const buggy = () => {
  const { native } = office.context().webhooks.formats
  const headers: Format['headers'] = async (sending, body) => {
    if (unspeakable.has(sending.event.id)) throw new Error('a bug')
    return native!.headers(sending, body)
  }
  return office.context({ formats: { native: { ...native!, headers } } })
}

async function passUntil(at: number): Promise<void> {
  for (;;) {
    await office.deliver(buggy)
    const next = Math.min(...office.reminders.map((reminder) => reminder.at))
    if (next > at) break
    vi.setSystemTime(next)
  }
  vi.setSystemTime(at)
}

describe('a secret that cannot be opened', () => {
  it('uses up none of the attempts, is told to us, and is told of once it can be opened', async () => {
    const webhook = await aWebhook(world)
    const { sealedSecret } = await webhookRow(webhook)
    await query("update webhooks set sealedSecret = 'AAAA' where id = ?", webhook.id)
    const [eventId] = await emit(office, world)
    await passUntil(monday + 2 * days)

    const [delivery] = await deliveriesTo(webhook)
    expect(delivery).toMatchObject({ status: 'pending' })
    expect(delivery!.attempts).toBeGreaterThan(20)
    expect(delivery!.nextAttemptAt).toBeLessThanOrEqual(Date.now() + hours)
    expect(new Set((await attempts(delivery!.id)).map(({ errorClass }) => errorClass))).toEqual(
      new Set(['internal']),
    )
    expect(await webhookRow(webhook)).toMatchObject({ active: 1, failures: 0, parkedAt: null })
    expect(office.received).toEqual([])
    expect(shown.mock.calls[0]).toEqual([
      'an event could not be told',
      { deliveryId: delivery!.id, eventId, webhookId: webhook.id },
      'sealed with a secret that is not known',
    ])

    await query('update webhooks set sealedSecret = ? where id = ?', sealedSecret, webhook.id)
    // The receiver has all its attempts before it, too.
    let answers = 0
    office.receivers.set(webhook.url, () => new Response(null, { status: ++answers < 12 ? 500 : 204 }))
    await passUntil(Date.now() + 4 * days)
    expect(office.received.map(({ headers }) => headers['X-NearbyAssist-Attempt'])).toEqual(
      Array.from({ length: 12 }, (_, index) => String(index + 1)),
    )
    expect(await deliveriesTo(webhook)).toMatchObject([{ status: 'succeeded' }])
  })

  it('keeps its backlog in order: nothing can be told to it anyway', async () => {
    const webhook = await aWebhook(world)
    office.receivers.set(webhook.url, () => new Response(null, { status: 500 }))
    await emit(office, world, 6)
    await office.deliver()
    const { sealedSecret } = await webhookRow(webhook)
    await query("update webhooks set sealedSecret = 'AAAA' where id = ?", webhook.id)
    await passUntil(monday + 2 * hours)
    expect((await deliveriesTo(webhook)).map(({ status }) => status)).toEqual([
      'pending',
      ...Array.from({ length: 5 }, () => 'parked'),
    ])
    await query('update webhooks set sealedSecret = ? where id = ?', sealedSecret, webhook.id)
    office.receivers.clear()
    const before = office.received.length
    await passUntil(monday + 4 * hours)
    expect(office.received.slice(before).map(({ body }) => body.sequence)).toEqual([1, 2, 3, 4, 5, 6])
  })
})

describe('an event that cannot be put into words', () => {
  it('lets those behind it pass, even where one at a time is sent, and comes when it can be', async () => {
    const webhook = await aWebhook(world)
    office.receivers.set(webhook.url, () => new Response(null, { status: 500 }))
    const ids = await emit(office, world, 7)
    await office.deliver()
    expect(await webhookRow(webhook)).toMatchObject({ parkedAt: monday })
    unspeakable = new Set([ids[0]!, ids[3]!])
    office.receivers.clear()
    const before = office.received.length
    await passUntil(monday + 2 * hours)
    expect(office.received.slice(before).map(({ body }) => body.sequence)).toEqual([2, 3, 5, 6, 7])
    // It does not keep the webhook from being well again either.
    expect(await webhookRow(webhook)).toMatchObject({ parkedAt: null, failures: 0 })
    const statuses = (await deliveriesTo(webhook)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 'pending')).toHaveLength(2)

    unspeakable.clear()
    await passUntil(monday + 4 * hours)
    const late = office.received.slice(before + 5).map(({ body }) => body.sequence)
    expect(new Set(late)).toEqual(new Set([1, 4]))
    expect(new Set((await deliveriesTo(webhook)).map(({ status }) => status))).toEqual(new Set(['succeeded']))
  })

  it('is brought back by the sweep when its message was lost', async () => {
    const webhook = await aWebhook(world)
    const ids = await emit(office, world)
    unspeakable = new Set(ids)
    await office.deliver(buggy)
    office.reminders = []
    unspeakable.clear()
    vi.setSystemTime(monday + 2 * minutes)
    await office.sweep()
    expect(office.sequencesAt(webhook.url)).toEqual([1])
  })

  it('is given up when the event log does not reach back to it any more', async () => {
    const webhook = await aWebhook(world)
    const ids = await emit(office, world)
    unspeakable = new Set(ids)
    await dispatchEvents(office.context(), office.announced.splice(0))
    await settled()
    vi.setSystemTime(monday + 30 * days - minutes)
    await office.deliver(buggy)
    expect(await deliveriesTo(webhook)).toMatchObject([{ status: 'pending' }])
    await passUntil(monday + 30 * days + hours)
    expect(await deliveriesTo(webhook)).toMatchObject([{ status: 'failed', nextAttemptAt: null }])
    expect(await webhookRow(webhook)).toMatchObject({ failures: 0, failingSinceAt: null })
  })
})
