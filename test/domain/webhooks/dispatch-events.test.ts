import { beforeEach, describe, expect, it } from 'vitest'
import type { Ports } from '#domain/context.ts'
import type { NewEvent } from '#domain/events/event.ts'
import { createBooking } from '#domain/appointments/create-booking.ts'
import { newId } from '#domain/identifiers.ts'
import { dispatchEvents } from '#domain/webhooks/dispatch-events.ts'
import { PostOffice, aWebhook, deliveriesTo, emit } from '../../post-office.ts'
import { aWorld, contextOf, hours, monday, setClock, settled } from '../../world.ts'
import type { World } from '../../world.ts'

let world: World
let office: PostOffice

beforeEach(async () => {
  setClock()
  world = await aWorld()
  office = new PostOffice()
})

describe('a webhook', () => {
  it('is told only of what its format has a word for', async () => {
    const webhook = await aWebhook(world)
    const [unheard] = await emit(office, world)
    const native = office.context().webhooks.formats.native!
    const formats = { native: { ...native, bodies: { ...native.bodies, booking: null } } }
    await dispatchEvents(office.context({ formats }), [unheard!])
    expect(await deliveriesTo(webhook)).toEqual([])
    const [heard] = await emit(office, world)
    await dispatchEvents(office.context(), [heard!])
    expect(await deliveriesTo(webhook)).toMatchObject([{ sequence: 2 }])
  })
})

describe('the locks', () => {
  it('are told of bookings, and of nothing else that may have the number of one', async () => {
    const { id } = await createBooking(contextOf(world.owner), {
      businessId: world.businessId,
      serviceId: world.serviceId,
      startAt: monday + 2 * hours,
      customer: { name: 'Ada' },
    })
    await settled()
    const told: number[] = []
    const listening = (ports: Ports): Ports => ({
      ...office.around(ports),
      locks: { ...ports.locks, settle: async (_, settlement) => void told.push(settlement.id) },
    })
    const ping: NewEvent = {
      id: newId(monday),
      businessId: world.businessId,
      subject: 'webhook',
      type: 'webhook.ping',
      subjectId: id,
      data: { webhookId: id },
    }
    await office.context().commitAside({ statements: [], events: [ping] })
    await dispatchEvents(contextOf(undefined, listening), [ping.id])
    expect(told).toEqual([])
  })
})
