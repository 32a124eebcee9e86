// Many events, three receivers, one of them dead: nobody waits for it, and it misses nothing.
import { beforeEach, expect, it, vi } from 'vitest'
import { announceForgotten } from '#domain/events/announce-forgotten.ts'
import { PostOffice, aWebhook, deliveriesTo, emit, webhookRow } from '../../post-office.ts'
import { aWorld, hours, minutes, monday, setClock } from '../../world.ts'

beforeEach(() => setClock())

it(
  'tells a thousand events to two receivers at once, and to a third in order when it comes back',
  { timeout: 120_000 },
  async () => {
    const office = new PostOffice()
    const world = await aWorld()
    const [one, other, dead] = [await aWebhook(world), await aWebhook(world), await aWebhook(world)]
    office.receivers.set(dead.url, () => Promise.reject(new Error('Network connection lost.')))
    const all = Array.from({ length: 1000 }, (_, index) => index + 1)

    for (let sent = 0; sent < 1000; sent += 100) {
      await emit(office, world, 100)
      await office.deliver()
    }
    for (const { url } of [one, other]) expect(office.sequencesAt(url).toSorted((a, b) => a - b)).toEqual(all)
    // Once it was parked, it was asked no more.
    expect(office.sequencesAt(dead.url).length).toBeLessThan(20)
    expect(await webhookRow(dead)).toMatchObject({ parkedAt: monday, active: 1 })
    expect((await deliveriesTo(dead)).filter(({ status }) => status === 'parked')).toHaveLength(999)

    await office.passUntil(monday + 3 * hours)
    expect(office.sequencesAt(dead.url).length).toBeLessThan(30)
    office.receivers.delete(dead.url)
    const before = office.received.length
    await office.passUntil(monday + 8 * hours)
    const caughtUp = office.received.slice(before)
    expect(caughtUp.map(({ body }) => body.sequence)).toEqual(all)
    expect(new Set(caughtUp.map(({ url }) => url))).toEqual(new Set([dead.url]))
    expect(await webhookRow(dead)).toMatchObject({ parkedAt: null, failures: 0 })
    expect(new Set((await deliveriesTo(dead)).map(({ status }) => status))).toEqual(new Set(['succeeded']))
  },
)

it('tells everything in the end when the queues lose whatever they can', async () => {
  const office = new PostOffice()
  const world = await aWorld()
  const webhook = await aWebhook(world)
  const forgetting = () => office.context({ remind: async () => undefined })
  await emit(office, world, 100)
  office.announced.length = 0
  vi.setSystemTime(monday + minutes)
  await announceForgotten(office.context())
  await office.deliver(forgetting)
  expect(office.received).toEqual([])
  vi.setSystemTime(monday + 2 * minutes)
  await office.sweep()
  expect(office.sequencesAt(webhook.url).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 100 }, (_, index) => index + 1),
  )
})
