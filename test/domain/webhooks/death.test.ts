// The process dies before or after any of its waits between the change and the delivery: then whoever should hear of
// the change hears of it, and hears of it twice only if the first time had gone out already.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createBooking } from '#domain/appointments/create-booking.ts'
import type { Context, Ports } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { announceForgotten } from '#domain/events/announce-forgotten.ts'
import { dispatchEvents } from '#domain/webhooks/dispatch-events.ts'
import { attemptDeliveries } from '#domain/webhooks/attempt-deliveries.ts'
import { sweepDeliveries } from '#domain/webhooks/sweep-deliveries.ts'
import { Death, mortal } from '../../mortal.ts'
import { PostOffice, aWebhook, deliveriesTo, emit, webhookRow } from '../../post-office.ts'
import type { Received } from '../../post-office.ts'
import { aWorld, contextOf, hours, minutes, monday, query, setClock, settled } from '../../world.ts'
import type { World } from '../../world.ts'

interface Stage {
  office: PostOffice
  world: World
  urls: string[]
}

interface Scene {
  given: (stage: Stage) => Promise<void>
  /** What one process does until it dies. */
  live: (stage: Stage, context: (isOwner?: boolean) => Context) => Promise<void>
}

const everything = async ({ office }: Stage, context: () => Context) => {
  await dispatchEvents(context(), office.announced.splice(0))
  await settled()
  while (office.reminders.some(({ at }) => at <= Date.now())) {
    await attemptDeliveries(
      context(),
      office.reminders.splice(0).map(({ deliveryId }) => deliveryId),
    )
    await settled()
  }
}

const scenes: Record<string, Scene> = {
  'a booking is made and told of': {
    given: async () => undefined,
    async live(stage, context) {
      const { businessId, serviceId } = stage.world
      await createBooking(context(true), { businessId, serviceId, startAt: monday + 2 * hours })
      await settled()
      await everything(stage, context)
    },
  },
  'a receiver fails at first': {
    async given({ office, world, urls }) {
      await emit(office, world)
      let isFirst = true
      office.receivers.set(urls[0]!, () => {
        const status = isFirst ? 500 : 204
        isFirst = false
        return new Response(null, { status })
      })
    },
    live: everything,
  },
  'a receiver has recovered and its backlog is sent': {
    async given({ office, world, urls }) {
      office.receivers.set(urls[0]!, () => new Response(null, { status: 500 }))
      await emit(office, world, 6)
      await office.deliver()
      office.receivers.clear()
      vi.setSystemTime(monday + minutes)
    },
    live: everything,
  },
}

beforeEach(() => {
  setClock()
  // The dead leave warnings.
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
})

/** What the platform does by itself, minute for minute. */
async function minutesLater({ office }: Stage, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    await office.passUntil(Date.now() + 61_000)
    await announceForgotten(office.context())
    await sweepDeliveries(office.context())
    await office.deliver()
  }
}

describe.each(Object.entries(scenes))('a death while %s', (_, { given, live }) => {
  it.each([
    ['brings its messages again', false],
    ['has forgotten its messages', true],
  ])('keeps no event from any receiver, when the queue %s', async (__, forgets) => {
    let deaths = 0
    for (let at = 1; ; at++) {
      setClock()
      const world = await aWorld()
      const office = new PostOffice()
      const webhooks = [await aWebhook(world), await aWebhook(world)]
      const stage = { office, world, urls: webhooks.map(({ url }) => url) }
      await given(stage)

      let life: ReturnType<typeof mortal> | undefined
      const around = (ports: Ports) => (life ??= mortal(office.around(ports), at)).ports
      const context = (isOwner = false) => contextOf(isOwner ? world.owner : undefined, around)
      const messages = { announced: [...office.announced], reminders: [...office.reminders] }
      try {
        await live(stage, context)
      } catch (error) {
        const isDeath =
          error instanceof Death || (error instanceof DomainError && error.cause instanceof Death)
        if (!isDeath) throw error
      }
      await settled()
      if (!life?.died()) break
      deaths += 1

      const early = office.received.length
      if (forgets) {
        office.announced.length = 0
        office.reminders = []
      } else {
        office.announced.push(...messages.announced)
        office.reminders.push(...messages.reminders)
      }
      await minutesLater(stage, 5)

      const events = await query<{ id: number }>(
        'select id from events where businessId = ?',
        world.businessId,
      )
      for (const { url } of webhooks) {
        const toldOf = ({ id }: { id: number }, received: readonly Received[]) =>
          received.filter((one) => one.url === url && one.body.id === id && one.status === 204).length
        for (const event of events) {
          const before = toldOf(event, office.received.slice(0, early))
          const after = toldOf(event, office.received.slice(early))
          expect([at, url, before + after >= 1, after <= 1]).toEqual([at, url, true, true])
        }
        // In their order, but for what was sent a second time.
        const good = office.received.filter((one) => one.url === url && one.status === 204)
        const sequences = [...new Set(good.map(({ body }) => body.sequence))]
        expect(sequences).toEqual(sequences.toSorted((one, other) => one - other))
      }
      for (const webhook of webhooks) {
        const statuses = new Set((await deliveriesTo(webhook)).map(({ status }) => status))
        expect([at, statuses]).toEqual([at, new Set(events.length > 0 ? ['succeeded'] : [])])
        expect(await webhookRow(webhook)).toMatchObject({ parkedAt: null, failures: 0, active: 1 })
      }
    }
    expect(deaths).toBeGreaterThanOrEqual(10)
  })
})
