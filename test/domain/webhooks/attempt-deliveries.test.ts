import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { dispatchEvents } from '#domain/webhooks/dispatch-events.ts'
import { attemptDeliveries } from '#domain/webhooks/attempt-deliveries.ts'
import { deleteWebhook } from '#domain/webhooks/delete-webhook.ts'
import { pingWebhook } from '#domain/webhooks/ping-webhook.ts'
import { rotateSecret } from '#domain/webhooks/rotate-secret.ts'
import { sweepDeliveries } from '#domain/webhooks/sweep-deliveries.ts'
import { updateWebhook } from '#domain/webhooks/update-webhook.ts'
import { mortal } from '../../mortal.ts'
import { PostOffice, aWebhook, deliveriesTo, emit, webhookRow } from '../../post-office.ts'
import type { Received } from '../../post-office.ts'
import {
  aWorld,
  contextOf,
  days,
  hours,
  iso,
  minutes,
  monday,
  query,
  setClock,
  settled,
} from '../../world.ts'
import type { World } from '../../world.ts'

const seconds = 1_000
const failing = () => new Response('no', { status: 500 })
const attemptsOf = (deliveryId: number) =>
  query<Record<string, number | string | null>>(
    'select * from webhookAttempts where deliveryId = ? order by attempt',
    deliveryId,
  )

let office: PostOffice
let world: World

beforeEach(async () => {
  setClock()
  office = new PostOffice()
  world = await aWorld()
})

/** What the published sample does, in a receiver that has parsed the body already. */
function verifyAsPublished(secret: string, { headers, body }: Received, name = 'X-NearbyAssist-Signature') {
  const expected = createHmac('sha256', secret).update(JSON.stringify(body)).digest('hex')
  return headers[name] === expected
}

describe('a delivery', () => {
  it('says what happened, and who checks its signature finds it good', async () => {
    const webhook = await aWebhook(world)
    const [eventId] = await emit(office, world)
    await office.deliver()

    expect(office.received).toHaveLength(1)
    const [received] = office.received
    const { body, headers, text } = received!
    expect(Object.keys(body)).toEqual(['id', 'type', 'createdAt', 'businessId', 'sequence', 'data'])
    expect(body).toMatchObject({
      id: eventId,
      type: 'booking.updated',
      createdAt: iso(monday),
      businessId: world.businessId,
      sequence: 1,
    })
    expect(body.data).toMatchObject({
      staffId: world.staffIds[0],
      startTime: iso(monday),
      cardUrl: expect.stringMatching(/^https:\/\/slotkeeper\.example\/card\/[\w-]{22}$/),
    })
    expect(text).toBe(JSON.stringify(JSON.parse(text)))

    const [delivery] = await deliveriesTo(webhook)
    expect(headers).toMatchObject({
      'Content-Type': 'application/json',
      'User-Agent': expect.stringContaining('Slotkeeper'),
      'X-NearbyAssist-Event': 'booking.updated',
      'X-NearbyAssist-Delivery': String(delivery?.id),
      'X-NearbyAssist-Attempt': '1',
      'webhook-id': String(eventId),
      'webhook-timestamp': String(monday / 1000),
    })
    expect(headers['X-NearbyAssist-Signature']).toMatch(/^[0-9a-f]{64}$/)
    expect(headers['X-NearbyAssist-Signature-Next']).toBeUndefined()
    expect(verifyAsPublished(webhook.secret, received!)).toBe(true)
    expect(new Webhook(webhook.secret).verify(text, headers)).toEqual(body)
    expect(delivery).toMatchObject({ status: 'succeeded', attempts: 1, nextAttemptAt: null })
  })

  it('goes to every webhook that asked for it, and to nobody else', async () => {
    const asked = await aWebhook(world, { events: ['booking.updated'] })
    const any = await aWebhook(world, { events: ['booking.*'] })
    await aWebhook(world, { events: ['booking.created', 'lead.*'] })
    await aWebhook(await aWorld())
    const deleted = await aWebhook(world)
    await deleteWebhook(contextOf(world.owner), deleted.id)
    await emit(office, world)
    await office.deliver()
    expect(office.received.map(({ url }) => url).toSorted()).toEqual([asked.url, any.url].toSorted())
  })

  it('is sent once, however often and at once its message comes', async () => {
    const webhook = await aWebhook(world)
    await emit(office, world)
    office.announced.push(...office.announced)
    await office.deliver()
    const [delivery] = await deliveriesTo(webhook)
    const ids = [delivery!.id, delivery!.id]
    await Promise.all([1, 2, 3].map(() => attemptDeliveries(office.context(), ids)))
    await settled()
    expect(office.received).toHaveLength(1)
    expect(await deliveriesTo(webhook)).toHaveLength(1)

    await emit(office, world)
    await office.deliver(() => office.context({ remind: async () => undefined }))
    const [, next] = await deliveriesTo(webhook)
    await Promise.all([1, 2, 3].map(() => attemptDeliveries(office.context(), [next!.id])))
    await settled()
    expect(office.received).toHaveLength(2)
  })

  it('that fails is tried twelve times over three days, each when it was said to be', async () => {
    const webhook = await aWebhook(world)
    const other = await aWebhook(world)
    office.receivers.set(webhook.url, failing)
    await emit(office, world)
    await office.deliver()
    const [first] = await deliveriesTo(webhook)
    expect(first?.nextAttemptAt).toBe(monday + 5 * seconds)
    await office.passUntil(monday + 4 * days)

    const at = office.received.filter(({ url }) => url === webhook.url).map((one) => one.at - monday)
    const waits = at.map((one, index) => one - (at[index - 1] ?? 0))
    expect(waits).toEqual([
      0,
      5 * seconds,
      30 * seconds,
      5 * minutes,
      30 * minutes,
      2 * hours,
      5 * hours,
      10 * hours,
      10 * hours,
      14 * hours,
      15 * hours,
      15 * hours,
    ])
    const numbers = office.received
      .filter(({ url }) => url === webhook.url)
      .map(({ headers }) => headers['X-NearbyAssist-Attempt'])
    expect(numbers).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'])
    const [delivery] = await deliveriesTo(webhook)
    expect(delivery).toMatchObject({ status: 'failed', attempts: 12, nextAttemptAt: null })
    const attempts = await attemptsOf(delivery!.id)
    expect(attempts).toHaveLength(12)
    expect(attempts[0]).toMatchObject({ statusCode: 500, responseBody: 'no', errorClass: 'status' })
    expect(office.sequencesAt(other.url)).toEqual([1])
    // Each attempt is signed anew, under the same id.
    const stamps = office.received.map(({ headers }) => [headers['webhook-id'], headers['webhook-timestamp']])
    expect(new Set(stamps.map(([id]) => id)).size).toBe(1)
    expect(new Set(stamps.map(([, stamp]) => stamp)).size).toBe(12)
  })

  it('waits a fifth less or more than planned, as chance has it', async () => {
    const webhook = await aWebhook(world)
    office.receivers.set(webhook.url, failing)
    office.chance = 0
    await emit(office, world)
    await office.deliver()
    expect((await deliveriesTo(webhook))[0]?.nextAttemptAt).toBe(monday + 4 * seconds)
  })

  it('comes back when a busy receiver asks for it, but never later than twice the wait', async () => {
    const patient = await aWebhook(world)
    const greedy = await aWebhook(world)
    const busy = (seconds_: string) => () =>
      new Response(null, { status: 429, headers: { 'Retry-After': seconds_ } })
    office.receivers.set(patient.url, busy('8'))
    office.receivers.set(greedy.url, busy('86400'))
    await emit(office, world)
    await office.deliver()
    expect((await deliveriesTo(patient))[0]?.nextAttemptAt).toBe(monday + 8 * seconds)
    expect((await deliveriesTo(greedy))[0]?.nextAttemptAt).toBe(monday + 10 * seconds)
  })

  it.each([
    ['hangs up', () => Promise.reject(new Error('Network connection lost.')), null, 'connection'],
    ['redirects', () => new Response(null, { status: 308, headers: { Location: '/' } }), 308, 'redirect'],
    ['answers 500', failing, 500, 'status'],
  ] as const)(
    'to a receiver that %s is tried again, and its log says why',
    async (_, receiver, status, why) => {
      const webhook = await aWebhook(world)
      office.receivers.set(webhook.url, receiver)
      await emit(office, world)
      await office.deliver()
      const [delivery] = await deliveriesTo(webhook)
      expect(delivery).toMatchObject({ status: 'pending', attempts: 1, nextAttemptAt: monday + 5 * seconds })
      expect(await attemptsOf(delivery!.id)).toMatchObject([{ statusCode: status, errorClass: why }])
      office.receivers.delete(webhook.url)
      await office.passUntil(monday + minutes)
      expect(await deliveriesTo(webhook)).toMatchObject([{ status: 'succeeded', attempts: 2 }])
      expect(await webhookRow(webhook)).toMatchObject({ failures: 0, failingSinceAt: null })
      expect(office.received).toHaveLength(2)
    },
  )

  it('is not sent to an address that is not allowed any more', async () => {
    const webhook = await aWebhook(world)
    await query('update webhooks set url = ? where id = ?', 'https://169.254.169.254/', webhook.id)
    await emit(office, world)
    await office.deliver()
    expect(office.received).toEqual([])
    const [delivery] = await deliveriesTo(webhook)
    expect(await attemptsOf(delivery!.id)).toMatchObject([{ statusCode: null, errorClass: 'blocked_url' }])
    expect(delivery?.nextAttemptAt).toBe(monday + 5 * seconds)
  })

  it('that a receiver hangs on holds up no other', async () => {
    const hanging = await aWebhook(world)
    const well = await aWebhook(world)
    let release = (_: Response) => {}
    office.receivers.set(hanging.url, () => new Promise((resolve) => (release = resolve)))
    await emit(office, world)
    const context = office.context()
    const [eventId] = office.announced.splice(0)
    await dispatchEvents(context, [eventId!])
    await vi.waitFor(() => expect(office.reminders).toHaveLength(2))
    await attemptDeliveries(
      context,
      office.reminders.map(({ deliveryId }) => deliveryId),
    )
    await vi.waitFor(async () => {
      expect(await deliveriesTo(well)).toMatchObject([{ status: 'succeeded' }])
    })
    // Not even the message's coming again, late, sends it twice.
    const [sending] = await deliveriesTo(hanging)
    expect(sending?.status).toBe('sending')
    vi.setSystemTime(monday + 45 * seconds)
    await attemptDeliveries(context, [sending!.id])
    expect(await attemptsOf(sending!.id)).toHaveLength(1)
    release(new Response(null, { status: 204 }))
    await settled()
    expect(await deliveriesTo(hanging)).toMatchObject([{ status: 'succeeded' }])
  })
})

describe('an attempt that nobody tells the outcome of', () => {
  it('is given up after a minute, and the delivery goes out again', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const webhook = await aWebhook(world)
    await emit(office, world)
    await dispatchEvents(office.context(), office.announced.splice(0))
    await settled()
    const due = office.reminders.splice(0).map(({ deliveryId }) => deliveryId)
    // Its second wait is for the receiver.
    await attemptDeliveries(
      contextOf(undefined, (ports) => mortal(office.around(ports), 3).ports),
      due,
    )
    await settled()
    expect(await deliveriesTo(webhook)).toMatchObject([{ status: 'sending', attempts: 1 }])

    vi.setSystemTime(monday + 59 * seconds)
    await office.sweep()
    expect(await deliveriesTo(webhook)).toMatchObject([{ status: 'sending' }])
    vi.setSystemTime(monday + 60 * seconds)
    await office.sweep()
    const [delivery] = await deliveriesTo(webhook)
    expect(delivery).toMatchObject({ status: 'pending', nextAttemptAt: monday + 65 * seconds })
    expect(await attemptsOf(delivery!.id)).toMatchObject([{ errorClass: 'lost', statusCode: null }])
    // It was not the receiver's fault.
    expect(await webhookRow(webhook)).toMatchObject({ failures: 0, failingSinceAt: null })

    vi.setSystemTime(monday + 2 * minutes)
    await office.sweep()
    expect(await deliveriesTo(webhook)).toMatchObject([{ status: 'succeeded', attempts: 2 }])
  })

  it('counts when its success comes after all', async () => {
    const webhook = await aWebhook(world)
    let release = (_: Response) => {}
    office.receivers.set(webhook.url, () => new Promise((resolve) => (release = resolve)))
    await emit(office, world)
    await dispatchEvents(office.context(), office.announced.splice(0))
    await vi.waitFor(() => expect(office.reminders).toHaveLength(1))
    await attemptDeliveries(office.context(), [office.reminders.splice(0)[0]!.deliveryId])
    await vi.waitFor(() => expect(office.received).toHaveLength(1))
    vi.setSystemTime(monday + minutes)
    await sweepDeliveries(office.context())
    release(new Response(null, { status: 204 }))
    await office.passUntil(monday + hours)
    expect(await deliveriesTo(webhook)).toMatchObject([{ status: 'succeeded', attempts: 1 }])
    expect(office.received).toHaveLength(1)
  })
})

describe('a message that the queue lost', () => {
  it('is sent again by the sweep, half a minute after it was due', async () => {
    const webhook = await aWebhook(world)
    await emit(office, world)
    await office.deliver(() => office.context({ remind: async () => undefined }))
    expect(office.received).toEqual([])
    vi.setSystemTime(monday + 30 * seconds)
    await office.sweep()
    expect(office.sequencesAt(webhook.url)).toEqual([1])
  })
})

describe('a webhook that fails', () => {
  afterEach(() => vi.restoreAllMocks())

  it('is sent one delivery at a time after five failures in a row, and all the rest in order once it recovers', async () => {
    const webhook = await aWebhook(world)
    const other = await aWebhook(world)
    office.receivers.set(webhook.url, failing)
    await emit(office, world, 12)
    await office.deliver()
    expect(await webhookRow(webhook)).toMatchObject({ parkedAt: monday, failingSinceAt: monday, active: 1 })
    const statuses = async () => (await deliveriesTo(webhook)).map(({ status }) => status)
    expect(await statuses()).toEqual(['pending', ...Array.from({ length: 11 }, () => 'parked')])
    expect(office.sequencesAt(other.url)).toHaveLength(12)

    const before = office.received.length
    await office.passUntil(monday + 10 * minutes)
    // The probe's own schedule: 5 s, 30 s, 5 min; nobody else is tried.
    const probes = office.received.slice(before)
    expect(probes.map(({ body }) => body.sequence)).toEqual([1, 1, 1])

    await emit(office, world, 3)
    await office.deliver()
    expect((await statuses()).slice(12)).toEqual(['parked', 'parked', 'parked'])
    office.receivers.delete(webhook.url)
    const recovered = office.received.length
    await office.passUntil(monday + hours)
    const caughtUp = office.received.slice(recovered).filter(({ url }) => url === webhook.url)
    expect(caughtUp.map(({ body }) => body.sequence)).toEqual(
      Array.from({ length: 15 }, (_, index) => index + 1),
    )
    expect(new Set(await statuses())).toEqual(new Set(['succeeded']))
    expect(await webhookRow(webhook)).toMatchObject({ parkedAt: null, failures: 0, failingSinceAt: null })
  })

  it('is well again only when its backlog is sent: what happens meanwhile waits its turn', async () => {
    const webhook = await aWebhook(world)
    office.receivers.set(webhook.url, failing)
    await emit(office, world, 6)
    await office.deliver()
    let sent = 0
    office.receivers.set(webhook.url, async () => {
      sent += 1
      if (sent === 3) await emit(office, world, 2)
      return new Response(null, { status: 204 })
    })
    const before = office.received.length
    await office.passUntil(monday + minutes)
    const sequences = office.received.slice(before).map(({ body }) => body.sequence)
    expect(sequences).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('that fails again while it catches up goes on where it was', async () => {
    const webhook = await aWebhook(world)
    office.receivers.set(webhook.url, failing)
    await emit(office, world, 8)
    await office.deliver()
    let seen = 0
    office.receivers.set(webhook.url, () => {
      seen += 1
      return seen === 4 ? failing() : new Response(null, { status: 204 })
    })
    const before = office.received.length
    await office.passUntil(monday + 10 * minutes)
    const sequences = office.received.slice(before).map(({ body }) => body.sequence)
    expect(sequences).toEqual([1, 2, 3, 4, 4, 5, 6, 7, 8])
  })

  it('answers a ping sent by hand, and that gets its backlog moving', async () => {
    const webhook = await aWebhook(world)
    office.receivers.set(webhook.url, failing)
    await emit(office, world, 6)
    await office.passUntil(monday + hours)
    office.receivers.delete(webhook.url)
    const before = office.received.length
    await pingWebhook(contextOf(world.owner, office.around), webhook.id)
    await office.deliver()
    expect(office.received.slice(before).map(({ body }) => body.sequence)).toEqual([7, 1, 2, 3, 4, 5, 6])
    expect(await webhookRow(webhook)).toMatchObject({ parkedAt: null, failures: 0 })
  })

  it('gives its place to the next when a delivery has had its twelve attempts', async () => {
    const webhook = await aWebhook(world)
    office.receivers.set(webhook.url, (received) => {
      return received.body.sequence === 1 ? failing() : new Response(null, { status: 204 })
    })
    await emit(office, world)
    await office.passUntil(monday + 2 * hours)
    await emit(office, world, 2)
    await office.passUntil(monday + 4 * days)
    expect((await deliveriesTo(webhook)).map(({ status }) => status)).toEqual([
      'failed',
      'succeeded',
      'succeeded',
    ])
    expect(await webhookRow(webhook)).toMatchObject({ parkedAt: null, failures: 0, active: 1 })
  })

  it('for five days is switched off and says why; nothing of it is lost', async () => {
    const webhook = await aWebhook(world)
    const other = await aWebhook(world)
    office.receivers.set(webhook.url, failing)
    await emit(office, world, 8)
    await office.passUntil(monday + 5 * days - 1)
    await office.sweep()
    expect(await webhookRow(webhook)).toMatchObject({ active: 1 })
    vi.setSystemTime(monday + 5 * days)
    await office.sweep()
    expect(await webhookRow(webhook)).toMatchObject({
      active: 0,
      parkedAt: null,
      disabledAt: monday + 5 * days,
      disabledReason: 'No success for 5 days',
    })
    await emit(office, world)
    await office.passUntil(monday + 6 * days)
    const statuses = (await deliveriesTo(webhook)).map(({ status }) => status)
    expect(statuses).toEqual(['failed', ...Array.from({ length: 8 }, () => 'skipped')])
    expect(office.sequencesAt(other.url)).toHaveLength(9)

    const ctx = contextOf(world.owner, office.around)
    const again = await updateWebhook(ctx, webhook.id, { active: true })
    expect(again).toMatchObject({ active: 1, failures: 0, disabledAt: null, disabledReason: null })
    office.receivers.delete(webhook.url)
    await emit(office, world)
    await office.deliver()
    expect(office.sequencesAt(webhook.url).at(-1)).toBe(10)
  })

  it('with 410 is switched off at once', async () => {
    const webhook = await aWebhook(world)
    office.receivers.set(webhook.url, () => new Response(null, { status: 410 }))
    await emit(office, world, 2)
    await office.passUntil(monday + hours)
    expect(await webhookRow(webhook)).toMatchObject({
      active: 0,
      disabledAt: monday,
      disabledReason: 'The receiver answered 410 Gone',
    })
    expect((await deliveriesTo(webhook)).map(({ status }) => status)).toEqual(['skipped', 'skipped'])
    expect(office.received.length).toBeLessThanOrEqual(2)
  })

  it('is found by the sweep when its backlog stands still', async () => {
    const webhook = await aWebhook(world)
    office.receivers.set(webhook.url, failing)
    await emit(office, world, 6)
    await office.deliver()
    // As if the probe had vanished with the process that sent it.
    await query(
      `update webhookDeliveries set status = 'failed', nextAttemptAt = null
      where webhookId = ? and status = 'pending'`,
      webhook.id,
    )
    office.receivers.delete(webhook.url)
    await office.sweep()
    expect((await deliveriesTo(webhook)).map(({ status }) => status)).toEqual([
      'failed',
      ...Array.from({ length: 5 }, () => 'succeeded'),
    ])
  })
})

describe('a rotated secret', () => {
  const lastOf = async () => {
    await emit(office, world)
    await office.deliver()
    return office.received.at(-1)!
  }

  it('signs beside the old one until its grace ends, then alone', async () => {
    const { id, secret: old } = await aWebhook(world)
    const { secret, nextSecretAt } = await rotateSecret(contextOf(world.owner), id, 24)
    expect(nextSecretAt).toBe(monday + 24 * hours)

    vi.setSystemTime(monday + 24 * hours - 1)
    const during = await lastOf()
    expect(verifyAsPublished(old, during)).toBe(true)
    expect(verifyAsPublished(secret, during, 'X-NearbyAssist-Signature-Next')).toBe(true)
    for (const one of [old, secret]) new Webhook(one).verify(during.text, during.headers)

    vi.setSystemTime(monday + 24 * hours)
    for (const write of [async () => undefined, () => office.sweep()]) {
      await write()
      const after = await lastOf()
      expect(verifyAsPublished(secret, after)).toBe(true)
      expect(after.headers['X-NearbyAssist-Signature-Next']).toBeUndefined()
      expect(() => new Webhook(old).verify(after.text, after.headers)).toThrow()
      new Webhook(secret).verify(after.text, after.headers)
    }
    expect(await webhookRow({ id })).toMatchObject({ sealedNextSecret: null, nextSecretAt: null })
  })

  it('cannot be rotated again in between, unless at once', async () => {
    const { id } = await aWebhook(world)
    const ctx = contextOf(world.owner)
    await rotateSecret(ctx, id, 24)
    await expect(rotateSecret(ctx, id, 1)).rejects.toMatchObject({ code: 'webhook.rotating' })
    const { secret } = await rotateSecret(ctx, id, 0)
    const received = await lastOf()
    expect(verifyAsPublished(secret, received)).toBe(true)
    expect(received.headers['webhook-signature']?.split(' ')).toHaveLength(1)
  })

  it('is what the next rotation starts from, even when no sweep has written it down', async () => {
    const { id } = await aWebhook(world)
    const { secret: second } = await rotateSecret(contextOf(world.owner), id, 1)
    vi.setSystemTime(monday + 2 * hours)
    const { secret: third } = await rotateSecret(contextOf(world.owner), id, 1)
    const received = await lastOf()
    expect(verifyAsPublished(second, received)).toBe(true)
    expect(verifyAsPublished(third, received, 'X-NearbyAssist-Signature-Next')).toBe(true)
  })
})
