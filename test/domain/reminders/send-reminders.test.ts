import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { sendReminders } from '#domain/reminders/send-reminders.ts'
import worker from '../../../src/worker.ts'
import {
  aPerson,
  aWorld,
  call,
  contextOf,
  days,
  hours,
  iso,
  minutes,
  monday,
  query,
  setClock,
  settled,
  tokenOf,
} from '../../world.ts'
import type { World } from '../../world.ts'

const tomorrow = monday + 26 * hours
let world: World

beforeEach(async () => {
  setClock()
  // Every test has what is due to itself.
  await query('update bookings set remindAt = null, reminderMinutes = null')
  world = await aWorld()
})

async function asOwner() {
  return { token: await tokenOf(world.owner.id) }
}

async function booked(reminder: object | null | undefined, more: object = {}, token?: string) {
  const { businessId, serviceId } = world
  return call('POST', '/api/bookings', {
    ...(token ? { token } : await asOwner()),
    body: { businessId, serviceId, startTime: iso(tomorrow), reminder, ...more },
  })
}

async function change(id: number, body: object) {
  return call('PATCH', `/api/bookings/${id}`, { ...(await asOwner()), body })
}

async function told(id: number) {
  const found = await query<{ at: number }>(
    `select createdAt as at from events where subjectId = ? and type = 'booking.reminder' order by sequence`,
    id,
  )
  return found.map(({ at }) => at)
}

async function sweepAt(at: number): Promise<void> {
  setClock(at)
  await sendReminders(contextOf())
  await settled()
}

describe('a reminder', () => {
  it('is at an instant, or so long before the start, or never', async () => {
    const at = iso(tomorrow - 3 * hours)
    const exact = await booked({ at })
    expect([exact.status, exact.body.reminder]).toEqual([201, { at, minutesBefore: null, sentAt: null }])
    const { id } = exact.body
    const relative = await change(id, { reminder: { minutesBefore: 60 } })
    expect(relative.body.reminder).toEqual({ at: iso(tomorrow - hours), minutesBefore: 60, sentAt: null })
    expect((await change(id, { reminder: null })).body.reminder).toBeNull()
    for (const wrong of [{}, { at, minutesBefore: 60 }, { minutesBefore: -1 }, { at: 'soon' }]) {
      expect([wrong, (await change(id, { reminder: wrong })).status]).toEqual([wrong, 422])
    }
  })

  it('moves along with the start when it is so long before, and else stays', async () => {
    const relative = await booked({ minutesBefore: 60 })
    const moved = await change(relative.body.id, { startTime: iso(tomorrow + hours) })
    expect(moved.body.reminder.at).toBe(iso(tomorrow))
    const exact = await booked({ at: iso(tomorrow - hours) })
    const after = await change(exact.body.id, { startTime: iso(tomorrow + 2 * hours) })
    expect(after.body.reminder.at).toBe(iso(tomorrow - hours))
  })

  it('is told when it is due, once, as a step in the history', async () => {
    const { id } = (await booked({ minutesBefore: 60 })).body
    await sweepAt(tomorrow - hours - 1)
    expect(await told(id)).toEqual([])
    await sweepAt(tomorrow - hours)
    await sweepAt(tomorrow - hours + minutes)
    expect(await told(id)).toEqual([tomorrow - hours])
    const { body } = await call('GET', `/api/bookings/${id}`, await asOwner())
    expect([body.status, body.version, body.reminder.sentAt]).toEqual(['confirmed', 2, iso(tomorrow - hours)])
    const history = await call('GET', `/api/bookings/${id}/history`, await asOwner())
    expect(history.body.history.at(-1)).toMatchObject({ reason: 'reminded', actor: { type: 'system' } })
  })

  it('is told again for the time that a booking is moved to', async () => {
    const { id } = (await booked({ minutesBefore: 60 })).body
    await sweepAt(tomorrow - hours)
    await change(id, { startTime: iso(tomorrow + 2 * hours) })
    await sweepAt(tomorrow + hours)
    expect(await told(id)).toEqual([tomorrow - hours, tomorrow + hours])
  })

  it('is told once by two who look at the same time', async () => {
    const { id } = (await booked({ minutesBefore: 60 })).body
    setClock(tomorrow - hours)
    await Promise.all(Array.from({ length: 4 }, () => sendReminders(contextOf())))
    await settled()
    expect(await told(id)).toEqual([tomorrow - hours])
  })

  it('is told by the next sweep when one dies before it has written it', async () => {
    const { id } = (await booked({ minutesBefore: 60 })).body
    setClock(tomorrow - hours)
    const dying = contextOf(undefined, (ports) => ({
      ...ports,
      db: Object.assign(Object.create(ports.db), {
        read: ports.db.read.bind(ports.db),
        commit: () => Promise.reject(new Error('died')),
      }),
    }))
    await expect(sendReminders(dying)).rejects.toThrow('could not be told')
    expect(await told(id)).toEqual([])
    await sweepAt(tomorrow - hours + minutes)
    expect(await told(id)).toEqual([tomorrow - hours + minutes])
  })

  it('is not told of what somebody changed between the look and the writing, which has its turn later', async () => {
    const [one, two] = [
      (await booked({ minutesBefore: 60 })).body.id,
      (await booked({ minutesBefore: 60 }, { startTime: iso(tomorrow + 30 * minutes) })).body.id,
    ]
    setClock(tomorrow - 20 * minutes)
    const outrun = contextOf(undefined, (ports) => ({
      ...ports,
      db: Object.assign(Object.create(ports.db), {
        async read(batch: Parameters<typeof ports.db.read>[0]) {
          const rows = await ports.db.read(batch)
          await call('POST', `/api/bookings/${one}/cancel`, { ...(await asOwner()), body: {} })
          return rows
        },
        commit: ports.db.commit.bind(ports.db),
      }),
    }))
    await sendReminders(outrun)
    await settled()
    expect([await told(one), await told(two)]).toEqual([[], [tomorrow - 20 * minutes]])
  })

  it('is never told of what was called off, is over, has lapsed or is out of sight', async () => {
    const owner = await asOwner()
    const ids: number[] = []
    const starts = Array.from({ length: 6 }, (_, at) => tomorrow + at * 30 * minutes)
    const { token } = await aPerson()
    for (const start of starts) {
      const { status, body } = await booked({ minutesBefore: 60 }, { startTime: iso(start) })
      expect(status).toBe(201)
      ids.push(body.id)
    }
    await query(`update services set confirmation = 'approval' where id = ?`, world.serviceId)
    const pending = (await booked({ minutesBefore: 60 }, { startTime: iso(tomorrow + 4 * hours) }, token))
      .body.id
    const declined = (await booked({ minutesBefore: 60 }, { startTime: iso(tomorrow + 5 * hours) }, token))
      .body.id
    await call('PATCH', `/api/bookings/${declined}/status`, { ...owner, body: { status: 'declined' } })
    const [cancelled, removed, arrived, missed, lapsed] = ids
    await call('POST', `/api/bookings/${cancelled}/cancel`, { ...owner, body: {} })
    await call('DELETE', `/api/bookings/${removed}`, owner)
    await query(`update bookings set status = 'checked_in' where id = ?`, arrived)
    await query(`update bookings set status = 'no_show' where id = ?`, missed)
    await query(
      `update bookings set status = 'awaiting_payment', expiresAt = ? where id = ?`,
      monday + 1,
      lapsed,
    )
    const last = ids[5]!
    await sweepAt(tomorrow + 4 * hours - 30 * minutes)
    for (const id of [cancelled, removed, arrived, missed, lapsed, declined])
      expect(await told(id!)).toEqual([])
    // This one had begun already, and that one waits for the business still.
    expect([await told(last), await told(pending)]).toEqual([[], [tomorrow + 4 * hours - 30 * minutes]])
  })

  it('that nobody could tell for a day is not told any more', async () => {
    const { id } = (
      await booked({ at: iso(monday + hours) }, { startTime: iso(monday + 3 * days + 2 * hours) })
    ).body
    await sweepAt(monday + 2 * days)
    expect(await told(id)).toEqual([])
  })
})

it('all that are due are told in one minute, however many there are', async () => {
  await booked({ minutesBefore: 60 })
  await query(
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < 120)
     insert into bookings (id, businessId, branchId, kind, serviceId, startAt, endAt, blockedFromAt, blockedToAt, units,
       capacity, timeZone, status, paymentStatus, priceMinor, currency, discountMinor, paidMinor, customFields, version,
       remindAt, reminderMinutes, cardToken, createdAt, updatedAt)
     select 5000 + i, businessId, branchId, kind, serviceId, startAt, endAt, blockedFromAt, blockedToAt, units,
       capacity, timeZone, status, paymentStatus, priceMinor, currency, discountMinor, paidMinor, customFields, version,
       remindAt, reminderMinutes, hex(randomblob(11)), createdAt, updatedAt from bookings, n where businessId = ?`,
    world.businessId,
  )
  setClock(tomorrow - hours)
  const ctx = createExecutionContext()
  await worker.scheduled(createScheduledController({ cron: '* * * * *' }), env, ctx)
  await waitOnExecutionContext(ctx)
  const [count] = await query<{ n: number }>(
    `select count(distinct subjectId) as n from events where businessId = ? and type = 'booking.reminder'`,
    world.businessId,
  )
  expect(count).toEqual({ n: 121 })
})

it('what a reminder told of a person is erased with them', async () => {
  const { id, customer } = (await booked({ minutesBefore: 60 }, { customer: { name: 'Grace Hopper' } })).body
  await sweepAt(tomorrow - hours)
  await call('DELETE', `/api/customers/${customer.id}`, await asOwner())
  const names = await query(
    `select distinct data ->> '$.customerName' as name from events where subjectId = ?`,
    id,
  )
  expect(names).toEqual([{ name: null }])
})
