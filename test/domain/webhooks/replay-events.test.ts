// A replay asks a receiver for much at once: it is paced over all that a business replays, and one at a time.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { forgetOldEvents } from '#domain/events/forget-old-events.ts'
import { forgetOldDeliveries } from '#domain/webhooks/forget-old-deliveries.ts'
import { replayEvents } from '#domain/webhooks/replay-events.ts'
import { PostOffice, aWebhook, deliveriesTo, emit } from '../../post-office.ts'
import { aWorld, contextOf, days, hours, monday, query, setClock, settled } from '../../world.ts'
import type { World } from '../../world.ts'

let office: PostOffice
let world: World

beforeEach(async () => {
  setClock()
  office = new PostOffice()
  world = await aWorld()
})

const all = { fromAt: monday, toAt: monday + 1, dryRun: false }
const replay = (webhook: { id: number }, more: Partial<typeof all> = {}, of = world) =>
  replayEvents(contextOf(of.owner, office.around), webhook.id, { ...all, ...more })
/** Seconds from now at which replayed deliveries are due: how many at each. */
async function dueOf(webhook: { id: number }) {
  const counts: Record<string, number> = {}
  for (const { trigger, nextAttemptAt } of await deliveriesTo(webhook)) {
    if (trigger !== 'replay') continue
    const second = String((nextAttemptAt! - Date.now()) / 1_000)
    counts[second] = (counts[second] ?? 0) + 1
  }
  return counts
}

describe('a replay', () => {
  it('begins when those before it in its business end, whichever webhook they are for', async () => {
    await emit(office, world, 120)
    const [one, other] = [await aWebhook(world), await aWebhook(world)]
    expect(await replay(one)).toEqual({ matching: 120, estimatedSeconds: 3, dryRun: false })
    expect(await replay(other, { dryRun: true })).toMatchObject({ matching: 120, estimatedSeconds: 6 })
    await replay(other)
    expect(await dueOf(one)).toEqual({ 0: 50, 1: 50, 2: 20 })
    expect(await dueOf(other)).toEqual({ 3: 50, 4: 50, 5: 20 })

    const elsewhere = await aWorld()
    await emit(office, elsewhere, 10)
    const theirs = await aWebhook(elsewhere)
    expect(await replay(theirs, {}, elsewhere)).toMatchObject({ estimatedSeconds: 1 })
    expect(await dueOf(theirs)).toEqual({ 0: 10 })
  })

  it('is one at a time for a webhook, also when two are asked for at once', async () => {
    await emit(office, world, 60)
    await office.deliver()
    const webhook = await aWebhook(world)
    const outcomes = await Promise.allSettled([replay(webhook), replay(webhook)])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const refused = outcomes.find((outcome) => outcome.status === 'rejected')
    expect(refused?.reason).toMatchObject({ kind: 'conflict', code: 'webhook.replaying' })
    expect(await deliveriesTo(webhook)).toHaveLength(60)

    await office.deliver()
    await expect(replay(webhook)).rejects.toMatchObject({
      code: 'webhook.replaying',
      message: 'A replay is under way already: 10 deliveries are left',
    })
    await expect(replay(webhook, { dryRun: true })).rejects.toMatchObject({ code: 'webhook.replaying' })
    await office.passUntil(monday + 2_000)
    expect(office.sequencesAt(webhook.url)).toHaveLength(60)
    expect(await replay(webhook)).toMatchObject({ matching: 60 })
  })

  it('that a receiver does not take is not over until it was tried', async () => {
    await emit(office, world, 20)
    await office.deliver()
    const webhook = await aWebhook(world)
    office.receivers.set(webhook.url, () => new Response(null, { status: 500 }))
    await replay(webhook)
    await office.passUntil(monday + hours)
    await expect(replay(webhook)).rejects.toMatchObject({ code: 'webhook.replaying' })
  })

  it('looks at no more events than it could send five times over', async () => {
    const webhook = await aWebhook(world, { events: ['lead.*'] })
    await query(
      `with recursive "n"("i") as (select 1 union all select "i" + 1 from "n" where "i" < 50001)
       insert into "events" ("id", "businessId", "sequence", "type", "subject", "subjectId", "data",
         "actorType", "requestId", "createdAt", "dispatchedAt", "announceAt", "forgetAt")
       select "i" + 100000, ?1, "i", 'booking.updated', 'booking', 1, '{}', 'system', 'test', ?2, ?2, ?2, ?2 from "n"`,
      world.businessId,
      monday,
    )
    await expect(replay(webhook, { dryRun: true })).rejects.toMatchObject({
      code: 'webhook.replay_too_large',
    })
    await query('delete from events where businessId = ? and sequence = 50001', world.businessId)
    expect(await replay(webhook, { dryRun: true })).toMatchObject({ matching: 0 })
    await query('delete from events where businessId = ?', world.businessId)
  })

  it('of what is nearly forgotten reaches its receiver all the same', async () => {
    await emit(office, world, 3)
    await office.deliver()
    const webhook = await aWebhook(world)
    setClock(monday + 29 * days + 12 * hours)
    office.receivers.set(webhook.url, () => new Response(null, { status: 500 }))
    await replay(webhook)
    await office.passUntil(Date.now() + 14 * hours)
    const forget = async () => {
      await forgetOldDeliveries(contextOf())
      await forgetOldEvents(contextOf())
      await settled()
    }
    await forget()
    expect(await deliveriesTo(webhook)).toHaveLength(3)
    office.receivers.clear()
    await office.passUntil(Date.now() + 10 * days)
    const heard = office.received.filter(({ status }) => status === 204).map(({ body }) => body.sequence)
    expect([heard.length, new Set(heard)]).toEqual([3, new Set([1, 2, 3])])
    // Then they go, in two steps: what was told, and the events.
    await forget()
    expect(await deliveriesTo(webhook)).toEqual([])
    const left = await query('select sequence from events where businessId = ?', world.businessId)
    expect(left).toEqual([{ sequence: 3 }])
  })
})

describe('events that must stay', () => {
  it('are not looked at again every minute', async () => {
    await emit(office, world)
    vi.setSystemTime(monday + 31 * days)
    await forgetOldEvents(contextOf())
    const [row] = await query('select forgetAt from events where businessId = ?', world.businessId)
    expect(row).toEqual({ forgetAt: monday + 32 * days })
  })
})
