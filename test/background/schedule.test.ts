import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createBooking } from '#domain/appointments/create-booking.ts'
import { runSchedule } from '#background/cron.ts'
import { consume } from '#background/queue.ts'
import { announceForgotten } from '#domain/events/announce-forgotten.ts'
import { settleForgotten } from '#domain/bookings/settle-forgotten.ts'
import { PostOffice, emit } from '../post-office.ts'
import {
  aPerson,
  aWorld,
  call,
  contextOf,
  days,
  hours,
  iso,
  lockOf,
  minutes,
  monday,
  query,
  setClock,
  settled,
  whoHolds,
} from '../world.ts'
import type { World } from '../world.ts'

beforeEach(() => setClock())

const tenOClock = monday + 2 * hours
const everyMinute = { cron: '* * * * *' }
const wish = ({ businessId, serviceId }: World) => ({ businessId, serviceId, startTime: iso(tenOClock) })
const eventsOf = ({ businessId }: World) =>
  query<{ type: string; sequence: number; dispatchedAt: number | null }>(
    'select type, sequence, dispatchedAt from events where businessId = ? order by sequence',
    businessId,
  )

describe('every minute', () => {
  it('holds and unpaid bookings whose time is up expire, and only what was announced is called off', async () => {
    const world = await aWorld({ service: { prepaymentMinor: 1000 } })
    const ada = await aPerson()
    const unpaid = await call('POST', '/api/bookings', { token: ada.token, body: wish(world) })
    expect(unpaid.body).toMatchObject({ status: 'awaiting_payment', expiresAt: iso(monday + 30 * minutes) })
    const hold = await call('POST', '/api/bookings/holds', {
      token: ada.token,
      body: { ...wish(world), startTime: iso(tenOClock + hours) },
    })
    vi.setSystemTime(monday + 31 * minutes + 1)
    await runSchedule(everyMinute, contextOf())
    await settled()
    const token = world.owner.token
    for (const id of [unpaid.body.id, hold.body.holdId]) {
      const { body } = await call('GET', `/api/bookings/${id}/history`, { token })
      expect(body.history.at(-1)).toMatchObject({ status: 'expired', actor: { type: 'system' } })
    }
    expect((await eventsOf(world)).map(({ type }) => type)).toEqual([
      'booking.requested',
      'booking.cancelled',
    ])
    expect(await whoHolds(world)).toEqual({ lock: [], database: [] })
  })

  it('events that the queue lost are announced again', async () => {
    const world = await aWorld()
    const silent = contextOf(world.owner, (ports) => ({ ...ports, announce: async () => undefined }))
    await createBooking(silent, {
      businessId: world.businessId,
      serviceId: world.serviceId,
      startAt: tenOClock,
    })
    await settled()
    expect(await eventsOf(world)).toMatchObject([{ type: 'booking.created', dispatchedAt: null }])

    vi.setSystemTime(monday + minutes)
    await runSchedule(everyMinute, contextOf())
    await vi.waitFor(async () => expect((await eventsOf(world))[0]?.dispatchedAt).not.toBeNull(), {
      timeout: 10_000,
    })
  })

  it('old events go, but the numbering goes on', async () => {
    const world = await aWorld()
    const book = (startAt: number) =>
      createBooking(contextOf(world.owner), {
        businessId: world.businessId,
        serviceId: world.serviceId,
        startAt,
      })
    await book(tenOClock)
    await book(tenOClock + hours)
    await query('update events set dispatchedAt = createdAt where businessId = ?', world.businessId)
    vi.setSystemTime(monday + 31 * days)
    await runSchedule(everyMinute, contextOf())
    expect((await eventsOf(world)).map(({ sequence }) => sequence)).toEqual([2])
    await book(tenOClock + 32 * days)
    expect((await eventsOf(world)).map(({ sequence }) => sequence)).toEqual([2, 3])
    await settled()
  })

  it('answers kept for seven days are forgotten', async () => {
    const world = await aWorld()
    const once = () =>
      call('POST', '/api/bookings', {
        token: world.owner.token,
        body: wish(world),
        headers: { 'Idempotency-Key': 'k' },
      })
    await once()
    vi.setSystemTime(monday + 7 * days + 1)
    await runSchedule(everyMinute, contextOf())
    expect(
      await query('select * from idempotencyRecords where caller = ?', `user:${world.owner.id}`),
    ).toEqual([])
  })

  it('one sweep that fails keeps none of the others from running', async () => {
    const world = await aWorld()
    await call('POST', '/api/bookings/holds', { token: world.owner.token, body: wish(world) })
    vi.setSystemTime(monday + hours)
    const deaf = contextOf(undefined, (ports) => ({
      ...ports,
      announce: () => Promise.reject(new Error('queue is down')),
    }))
    await query('update events set dispatchedAt = null')
    await runSchedule(everyMinute, deaf).catch(() => undefined)
    const [booking] = await query('select status from bookings where businessId = ?', world.businessId)
    expect(booking?.status).toBe('expired')
  })
})

describe('the outbox', () => {
  const lost = async (world: World, count: number) => {
    const office = new PostOffice()
    const ids = await emit(office, world, count)
    office.announced.length = 0
    return ids
  }

  it('is announced to its end, however much the queue has lost', async () => {
    const world = await aWorld()
    const ids = await lost(world, 1_200)
    vi.setSystemTime(monday + minutes)
    const office = new PostOffice()
    await runSchedule(everyMinute, office.context())
    expect(office.announced.filter((id) => ids.includes(id))).toHaveLength(1_200)
  })

  it('brings what cannot be dispatched at longer and longer intervals, behind what can', async () => {
    await query('update events set dispatchedAt = createdAt')
    const [sick, well] = [await aWorld(), await aWorld()]
    const stuck = await lost(sick, 30)
    const office = new PostOffice()
    const announcedAt: number[] = []
    let later: number | undefined
    let heardAfter: number | undefined
    for (let minute = 1; minute <= 70; minute++) {
      vi.setSystemTime(monday + minute * minutes)
      if (minute === 5) [later] = await lost(well, 1)
      vi.setSystemTime(monday + minute * minutes + 30_000)
      await announceForgotten(office.context(), 10)
      const ids = office.announced.splice(0)
      if (ids.includes(stuck[0]!)) announcedAt.push(minute)
      if (later && ids.includes(later)) heardAfter ??= minute
    }
    // After a minute, and then after as long again as it has been waiting, up to an hour.
    expect(announcedAt).toEqual([1, 4, 9, 19, 39])
    expect(heardAfter).toBeLessThan(10)
  })
})

describe('a queue message', () => {
  const batchOf = (eventIds: number[]) => {
    const messages = eventIds.map((eventId) => ({
      body: { eventId },
      attempts: 3,
      ack: vi.fn(),
      retry: vi.fn(),
    }))
    return {
      messages,
      batch: { queue: 'slotkeeper-events', messages } as unknown as MessageBatch<{ eventId: number }>,
    }
  }

  it('settles the lock of its booking, however often it is delivered', async () => {
    const world = await aWorld()
    const forgetful = contextOf(world.owner, (ports) => ({
      ...ports,
      announce: async () => undefined,
      locks: { ...ports.locks, settle: () => Promise.reject(new Error('lost')) },
    }))
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const wanted = { businessId: world.businessId, serviceId: world.serviceId, startAt: tenOClock }
    const booking = await createBooking(forgetful, wanted)
    await settled()
    const [event] = await query<{ id: number }>('select id from events where subjectId = ?', booking.id)
    for (let delivery = 0; delivery < 2; delivery++) {
      const { batch, messages } = batchOf([event!.id])
      await consume(batch, contextOf())
      expect(messages[0]?.ack).toHaveBeenCalledOnce()
    }
    vi.setSystemTime(monday + hours)
    expect((await whoHolds(world)).lock).toEqual([[booking.id, booking.blockedFromAt, booking.blockedToAt]])
    expect(
      await lockOf(world).claim(
        { businessId: world.businessId, resourceId: world.staffIds[0]! },
        {
          id: 1,
          version: 1,
          token: 'one',
          from: tenOClock,
          to: tenOClock + hours,
          startAt: tenOClock,
          units: 1,
          capacity: 1,
          serviceId: 1,
          caller: null,
          owner: null,
        },
      ),
    ).toMatchObject({ held: false })
  })

  it('has its event told at once when a lock cannot be reached, and the lock is told by the sweep', async () => {
    const world = await aWorld()
    const booking = await createBooking(
      contextOf(world.owner, (ports) => ({
        ...ports,
        announce: async () => undefined,
        locks: { ...ports.locks, settle: () => Promise.reject(new Error('unreachable')) },
      })),
      { businessId: world.businessId, serviceId: world.serviceId, startAt: tenOClock },
    )
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    await settled()
    const [event] = await query<{ id: number }>('select id from events where subjectId = ?', booking.id)
    let isAway = true
    const told: number[] = []
    const context = () =>
      contextOf(undefined, (ports) => ({
        ...ports,
        locks: {
          ...ports.locks,
          settle: async (resource, settlement) => {
            if (isAway) throw new Error('unreachable')
            told.push(settlement.id)
            await ports.locks.settle(resource, settlement)
          },
        },
      }))
    const { batch, messages } = batchOf([event!.id])
    await consume(batch, context())
    expect(messages[0]?.ack).toHaveBeenCalledOnce()
    expect((await eventsOf(world))[0]?.dispatchedAt).toBe(monday)

    // Longer and longer apart, as long as it is away: a minute, then as long as it has been waiting.
    const triesAt = async (minute: number) => {
      vi.setSystemTime(monday + minute * minutes)
      await settleForgotten(context())
      const [{ settleAt }] = (await query('select settleAt from events where id = ?', event!.id)) as [
        { settleAt: number | null },
      ]
      return settleAt === null ? null : (settleAt - monday) / minutes
    }
    expect([await triesAt(0), await triesAt(1), await triesAt(2), await triesAt(3)]).toEqual([1, 2, 4, 4])
    isAway = false
    expect([await triesAt(4), told]).toEqual([null, [booking.id]])
    await triesAt(10)
    expect(told).toHaveLength(1)
  })
})

describe('the event log', () => {
  it('numbers a business’s events 1, 2, 3 without holes, however many are written at once', async () => {
    const world = await aWorld({ staff: 3 })
    const starts = Array.from({ length: 30 }, (_, index) => tenOClock + (index % 14) * 30 * minutes)
    await Promise.all(
      starts.map((startAt) =>
        call('POST', '/api/bookings', {
          token: world.owner.token,
          body: { ...wish(world), startTime: iso(startAt) },
        }),
      ),
    )
    const sequences = (await eventsOf(world)).map(({ sequence }) => sequence)
    expect(sequences.length).toBeGreaterThan(14)
    expect(sequences).toEqual(sequences.map((_, index) => index + 1))
  })
})
