import { beforeEach, describe, expect, it, vi } from 'vitest'
import { findSlots } from '#domain/availability/find-slots.ts'
import {
  aKey,
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
  tokenOf,
} from '../../world.ts'
import type { World, WorldOptions } from '../../world.ts'

beforeEach(() => setClock())

const tenOClock = monday + 2 * hours
const day = `from=${iso(monday)}&to=${iso(monday + days)}`

function slotsPath({ businessId, serviceId }: World, range = day): string {
  return `/api/bookings/availability?businessId=${businessId}&serviceId=${serviceId}&${range}`
}

async function starts(world: World, range = day): Promise<string[]> {
  const { status, body } = await call('GET', slotsPath(world, range))
  expect(status).toBe(200)
  return body.slots.map(({ startTime }: { startTime: string }) => startTime)
}

async function book(world: World, startAt = tenOClock, more: object = {}, token = world.owner.token) {
  const { businessId, serviceId } = world
  return call('POST', '/api/bookings', {
    token,
    body: { businessId, serviceId, startTime: iso(startAt), ...more },
  })
}

describe('free slots', () => {
  it('are those of the opening hours, less what is booked, for everybody to see', async () => {
    const world = await aWorld({ staff: 2 })
    await book(world, tenOClock, { staffId: world.staffIds[0] })
    const { body } = await call('GET', slotsPath(world))
    expect(body.timeZone).toBe('UTC')
    expect(body.slots).toHaveLength(16)
    expect(body.slots[0]).toEqual({
      startTime: iso(monday + hours),
      endTime: iso(monday + 1.5 * hours),
      staffIds: world.staffIds,
      available: 2,
    })
    const ten = body.slots.find(({ startTime }: { startTime: string }) => startTime === iso(tenOClock))
    expect(ten).toMatchObject({ staffIds: [world.staffIds[1]], available: 1 })
  })

  it('can be shown in the time of whoever asks', async () => {
    const world = await aWorld()
    const { body } = await call('GET', `${slotsPath(world)}&timeZone=Asia/Kathmandu`)
    expect(body.timeZone).toBe('Asia/Kathmandu')
    expect(body.slots[0].localStartTime).toBe('2031-03-03T14:45:00+05:45')
  })

  it('follow the clock of the branch over the night it changes', async () => {
    const weekly = [{ weekday: 7, startMinute: 60, endMinute: 300 }]
    const options: WorldOptions = { timeZone: 'Europe/Berlin', weekly, service: { durationMinutes: 60 } }
    const world = await aWorld(options)
    // 30 March 2031: two o'clock does not exist, so 01:00-05:00 has three hours; 26 October has five.
    const spring = await starts(world, 'from=2031-03-29T00:00:00Z&to=2031-03-31T00:00:00Z')
    expect(spring).toEqual([
      '2031-03-30T00:00:00.000Z',
      '2031-03-30T01:00:00.000Z',
      '2031-03-30T02:00:00.000Z',
    ])
    const autumn = await starts(world, 'from=2031-10-25T00:00:00Z&to=2031-10-27T00:00:00Z')
    expect(autumn).toHaveLength(5)
    expect([autumn[0], autumn[4]]).toEqual(['2031-10-25T23:00:00.000Z', '2031-10-26T03:00:00.000Z'])
  })

  it('respect notice, the booking window, overrides and time off', async () => {
    const world = await aWorld({ service: { minNoticeMinutes: 180, maxAdvanceDays: 1 } })
    const [staffId] = world.staffIds
    const found = await starts(world, `from=${iso(monday)}&to=${iso(monday + 3 * days)}`)
    expect(found[0]).toBe(iso(monday + 3 * hours))
    expect(found.at(-1)).toBe(iso(monday + 8.5 * hours))
    await query(
      `insert into scheduleOverrides values (?, ?, '2031-03-03', '[{"startMinute":720,"endMinute":840}]')`,
      world.businessId,
      staffId,
    )
    expect(await starts(world)).toEqual([12, 12.5, 13, 13.5].map((hour) => iso(monday + (hour - 8) * hours)))
    await query(
      'insert into timeOff values (?, ?, ?, ?, null)',
      world.businessId,
      staffId,
      monday + 4 * hours,
      monday + 5 * hours,
    )
    expect(await starts(world)).toEqual([13, 13.5].map((hour) => iso(monday + (hour - 8) * hours)))
  })

  it('are asked for in words that make sense', async () => {
    const world = await aWorld()
    const refusals: [string, string][] = [
      [`from=${iso(monday)}`, 'To is required'],
      [`from=${iso(monday)}&to=${iso(monday)}`, 'To must be after from'],
      ['from=9999-12-31T00:00:00Z&to=9999-12-31T23:00:00Z', 'From must be between 1970 and 2100'],
      [`from=${iso(monday)}&to=${iso(monday + 63 * days)}`, 'Maximum 62 days'],
      [`from=yesterday&to=${iso(monday)}`, 'From must be an ISO 8601 date-time with an offset'],
      [
        `from=2031-03-03T09:00:00+01:00&to=${iso(monday + days)}`,
        'From must be an ISO 8601 date-time with an offset (a + in an address is written %2B)',
      ],
      [`${day}&timeZone=Mars/Olympus`, 'Time zone must be an IANA time zone'],
      [`${day}&limt=1`, 'Limt is not a known field'],
    ]
    for (const [range, message] of refusals) {
      const { status, body } = await call('GET', slotsPath(world, range))
      expect([status, body.errors[0].message]).toEqual([400, message])
    }
    // What is no instant is said to be none, and nothing else.
    const none = await call('GET', slotsPath(world, 'from=2031-03-03&to=2031-03-04'))
    expect(none.body.errors.map(({ field }: { field: string }) => field)).toEqual(['from', 'to'])
    const gone = { ...world, serviceId: world.serviceId + 1 }
    expect((await call('GET', slotsPath(gone))).body.code).toBe('service.not_found')
  })
})

describe('why a slot is not free', () => {
  it('is told by the rule that removes it', async () => {
    const world = await aWorld({
      service: { minNoticeMinutes: 60, bufferAfterMinutes: 15, slotIntervalMinutes: 15 },
    })
    await book(world, tenOClock)
    await call('POST', '/api/bookings/holds', {
      token: world.owner.token,
      body: {
        businessId: world.businessId,
        serviceId: world.serviceId,
        startTime: iso(tenOClock + 2 * hours),
        ttlSeconds: 90,
      },
    })
    const why = async (startAt: number) => {
      const path = `/api/bookings/availability/explain?businessId=${world.businessId}&serviceId=${world.serviceId}&startTime=${iso(startAt)}`
      const { body } = await call('GET', path)
      return [body.available, body.staff[0].reason, body.staff[0].message]
    }
    expect(await why(tenOClock + hours)).toEqual([true, null, null])
    expect(await why(monday)).toEqual([false, 'outside_hours', 'Outside opening hours'])
    expect((await why(tenOClock + hours + minutes))[1]).toBe('off_grid')
    expect((await why(tenOClock))[1]).toBe('booked')
    expect((await why(tenOClock + 30 * minutes))[1]).toBe('buffer')
    expect(await why(tenOClock + 2 * hours)).toEqual([false, 'held', 'Held for another 90 seconds'])
    vi.setSystemTime(tenOClock - 30 * minutes)
    expect((await why(tenOClock + 15 * minutes))[1]).toBe('too_soon')
  })
})

describe('what cannot be found', () => {
  const explain = async ({ businessId, serviceId }: World, startAt = tenOClock, token?: string) => {
    const search = `businessId=${businessId}&serviceId=${serviceId}&startTime=${iso(startAt)}`
    return (await call('GET', `/api/bookings/availability/explain?${search}`, { token })).body
  }

  it('is told where nobody performs the service', async () => {
    const world = await aWorld({ staff: 0 })
    expect(await explain(world)).toEqual({
      startTime: iso(tenOClock),
      available: false,
      reason: 'no_staff',
      message: 'Nobody performs this service',
      staff: [],
      rooms: [],
    })
  })

  it('is told where nobody has set any hours', async () => {
    const world = await aWorld({ weekly: [] })
    expect(await explain(world)).toMatchObject({
      reason: null,
      staff: [{ reason: 'no_hours', message: 'No working hours are set for these days' }],
    })
    const booked = await book(world)
    expect([booked.status, booked.body.code]).toEqual([422, 'booking.no_hours'])
  })

  it('is told to members with the days that somebody is away, to others not why', async () => {
    const world = await aWorld()
    const [from, to] = [monday, monday + 3 * days]
    await query(
      'insert into timeOff (businessId, resourceId, fromAt, toAt) values (?, ?, ?, ?)',
      world.businessId,
      world.staffIds[0],
      from,
      to,
    )
    for (const token of [undefined, (await aPerson()).token]) {
      const { staff } = await explain(world, tenOClock, token)
      expect(staff).toEqual([
        { staffId: world.staffIds[0], available: false, reason: 'not_available', message: 'Not available' },
      ])
    }
    expect((await explain(world, tenOClock, world.owner.token)).staff).toMatchObject([
      { reason: 'time_off', message: `Time off from ${iso(from)} to ${iso(to)}` },
    ])
  })

  it('is told to whoever holds the slot, with the hold to pass, and to nobody else', async () => {
    const world = await aWorld()
    const [ada, eve] = [await aPerson(), await aPerson()]
    const { key } = await aKey(world)
    const { businessId, serviceId } = world
    const holders = [
      [{ token: ada.token }, tenOClock, 'ada'],
      [{ key }, tenOClock + hours, 'the key'],
    ] as const
    for (const [holder, startAt, who] of holders) {
      const slot = { businessId, serviceId, startTime: iso(startAt) }
      const held = await call('POST', '/api/bookings/holds', { ...holder, body: slot })
      const mine = await call('POST', '/api/bookings', { ...holder, body: slot })
      expect([mine.status, mine.body.code, mine.body.error], who).toEqual([
        409,
        'booking.slot_taken',
        `You hold this slot yourself until ${held.body.expiresAt}: book it with holdId ${held.body.holdId}`,
      ])
      const theirs = await call('POST', '/api/bookings', { token: eve.token, body: slot })
      expect(theirs.body.error).toBe('This slot is already taken')
    }
  })

  it('is a range with too many slots, and one that is too long', async () => {
    const world = await aWorld({
      service: { durationMinutes: 5 },
      weekly: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 0, endMinute: 1440 })),
    })
    const { status, body } = await call(
      'GET',
      slotsPath(world, `from=${iso(monday)}&to=${iso(monday + 30 * days)}`),
    )
    expect([status, body.code, body.errors]).toEqual([
      422,
      'availability.too_many_slots',
      [
        {
          field: 'to',
          message: 'More than 5000 slots: ask for fewer days at a time, or for one staff member',
        },
      ],
    ])
    const { businessId, serviceId } = world
    const range = { fromAt: monday, toAt: monday + 63 * days }
    await expect(
      findSlots(contextOf(world.owner), { businessId, serviceId, ...range }),
    ).rejects.toMatchObject({ kind: 'invalid', code: 'availability.too_many_days' })
  })
})

describe('who may book what', () => {
  it('customers take the slots on offer, the business any time within its hours', async () => {
    const world = await aWorld({ service: { minNoticeMinutes: 24 * 60 } })
    const ada = await aPerson()
    const soon = await book(world, tenOClock, {}, ada.token)
    expect([soon.status, soon.body.code]).toEqual([422, 'booking.too_soon'])
    expect(soon.body.errors).toEqual([{ field: 'startTime', message: 'Start time is too soon' }])
    const odd = await book(world, tenOClock + days + 5 * minutes, {}, ada.token)
    expect([odd.status, odd.body.code]).toEqual([422, 'booking.off_grid'])
    expect((await book(world, tenOClock + 5 * minutes)).status).toBe(201)
    const night = await book(world, monday + 12 * hours)
    expect([night.status, night.body.code]).toEqual([422, 'booking.outside_hours'])
  })

  it('a customer books for itself, a business for whom it names', async () => {
    const world = await aWorld()
    const ada = await aPerson('Ada', 'Lovelace')
    const own = await book(world, tenOClock, {}, ada.token)
    expect(own.body.customer).toMatchObject({ name: 'Ada Lovelace', email: ada.email })
    const grace = { name: 'Grace Hopper', phone: '+1 555 0100' }
    const first = await book(world, tenOClock + hours, { customer: grace })
    const second = await book(world, tenOClock + 2 * hours, { customer: grace })
    expect(first.body.customer).toMatchObject({ name: 'Grace Hopper', email: null, phone: '+1 555 0100' })
    expect(second.body.customer.id).toBe(first.body.customer.id)
    const sister = await book(world, tenOClock + 3 * hours, { customer: { ...grace, name: 'Mary Murray' } })
    expect(sister.body.customer.id).not.toBe(first.body.customer.id)
  })

  it('a booking that needs approval or a prepayment waits, unless the business makes it', async () => {
    const world = await aWorld({ service: { confirmation: 'approval' } })
    const ada = await aPerson()
    expect((await book(world, tenOClock, {}, ada.token)).body.status).toBe('pending')
    expect((await book(world, tenOClock + hours)).body.status).toBe('confirmed')
    await query('update services set prepaymentMinor = 500 where id = ?', world.serviceId)
    const unpaid = await book(world, tenOClock + 2 * hours, {}, ada.token)
    expect(unpaid.body).toMatchObject({ status: 'awaiting_payment', paymentStatus: 'unpaid' })
  })

  it('a body that may be absent may be announced all the same, and an empty text is none', async () => {
    const world = await aWorld()
    const { body } = await book(world, tenOClock, { notes: '' })
    expect(body.notes).toBeNull()
    const cancelled = await call('POST', `/api/bookings/${body.id}/cancel`, {
      token: world.owner.token,
      headers: { 'Content-Type': 'application/json' },
    })
    expect(cancelled.body.status).toBe('cancelled')
  })

  it('only the business decides, the customer may cancel', async () => {
    const world = await aWorld({ service: { confirmation: 'approval' } })
    const ada = await aPerson()
    const { body } = await book(world, tenOClock, {}, ada.token)
    const set = (status: string, token: string) =>
      call('PATCH', `/api/bookings/${body.id}/status`, { token, body: { status } })
    const own = await set('confirmed', ada.token)
    expect([own.status, own.body.code]).toEqual([403, 'booking.not_yours_to_decide'])
    expect((await set('confirmed', world.owner.token)).body.status).toBe('confirmed')
    const early = await set('no_show', world.owner.token)
    expect([early.status, early.body.code]).toEqual([409, 'booking.not_started'])
    const cancelled = await call('POST', `/api/bookings/${body.id}/cancel`, {
      token: ada.token,
      body: { reason: 'Ill' },
    })
    expect(cancelled.body).toMatchObject({ status: 'cancelled', cancelReason: 'Ill', version: 3 })
    const again = await set('confirmed', world.owner.token)
    expect([again.status, again.body.code]).toEqual([409, 'booking.invalid_transition'])
    const stranger = await aPerson('Eve')
    expect((await call('GET', `/api/bookings/${body.id}`, { token: stranger.token })).status).toBe(404)
  })

  it('walks through the whole of a visit, and its history tells who and when', async () => {
    const world = await aWorld()
    const { body } = await book(world)
    for (const status of ['rescheduling', 'confirmed', 'checked_in', 'completed']) {
      if (status === 'completed') vi.setSystemTime(tenOClock)
      const token = await tokenOf(world.owner.id)
      const step = await call('PATCH', `/api/bookings/${body.id}/status`, { token, body: { status } })
      expect([step.status, step.body.status]).toEqual([200, status])
    }
    const token = await tokenOf(world.owner.id)
    const { body: past } = await call('GET', `/api/bookings/${body.id}/history`, { token })
    expect(
      past.history.map(({ version, status }: { version: number; status: string }) => [version, status]),
    ).toEqual([
      [1, 'confirmed'],
      [2, 'rescheduling'],
      [3, 'confirmed'],
      [4, 'checked_in'],
      [5, 'completed'],
    ])
    expect(past.history[0]).toMatchObject({ actor: { type: 'user', id: world.owner.id }, at: iso(monday) })
    const types = await query(
      'select type from events where businessId = ? order by sequence',
      world.businessId,
    )
    expect(types.map(({ type }) => type)).toEqual([
      'booking.created',
      'booking.updated',
      'booking.updated',
      'booking.checked_in',
      'booking.completed',
    ])
  })
})

describe('lists of bookings', () => {
  it('come by page and by cursor, the latest first, and each booking once', async () => {
    const world = await aWorld()
    const made: number[] = []
    for (let index = 0; index < 7; index++)
      made.push((await book(world, tenOClock + index * hours * 0.5)).body.id)
    const list = async (search: string) => {
      const { status, body } = await call('GET', `/api/bookings/business/${world.businessId}?${search}`, {
        token: world.owner.token,
      })
      expect(status).toBe(200)
      return body
    }
    const second = await list('page=2&limit=3')
    expect(second).toMatchObject({ total: 7, page: 2, limit: 3 })
    expect(second.bookings.map(({ id }: { id: number }) => id)).toEqual(made.toReversed().slice(3, 6))

    const seen: number[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = await list(`limit=3${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.bookings.map(({ id }: { id: number }) => id))
      cursor = page.nextCursor
    }
    expect(seen).toEqual(made.toReversed())
    expect((await list('status=cancelled')).bookings).toEqual([])
    expect(
      (await list(`staffId=${world.staffIds[0]}&from=${iso(tenOClock)}&to=${iso(tenOClock + hours)}`)).total,
    ).toBe(2)
  })

  it('refuse what they do not know', async () => {
    const world = await aWorld()
    const list = (search: string) =>
      call('GET', `/api/bookings/my-bookings?${search}`, { token: world.owner.token })
    for (const search of [
      'limit=101',
      'limit=0',
      'page=-1',
      'cursor=nonsense',
      `cursor=${btoa('[1]')}`,
      'sort=up',
    ]) {
      expect([search, (await list(search)).status]).toEqual([search, 400])
    }
  })

  it('count exactly up to ten thousand, and say so beyond', async () => {
    const world = await aWorld()
    const { body } = await book(world)
    await query(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 10001)
       insert into bookings select ?1 * 1000 + i, businessId, branchId, kind, serviceId, resourceId, resourceKind, customerId, customerName,
         customerEmail, customerPhone, startAt, endAt, blockedFromAt, blockedToAt, units, capacity, timeZone, 'cancelled',
         expiresAt, confirmedAt, paymentStatus, priceMinor, currency, couponCode, couponId, discountMinor,
         discountKind, discountValue, paidMinor, prepaymentMinor, prepaymentDueAt, prepaidAt, notes, sourceId, customFields,
         groupId, cancelReason, hex(randomblob(11)), version, makerId, enteredBy, remindAt,
         reminderMinutes, remindedAt, removedAt, forgetAt, createdAt, updatedAt from bookings, n where id = ?2`,
      1,
      body.id,
    )
    const { body: list } = await call('GET', `/api/bookings/business/${world.businessId}?limit=1`, {
      token: world.owner.token,
    })
    expect(list).toMatchObject({ total: 10_000, totalIsLowerBound: true })
  })

  it('show each person their own, in every business', async () => {
    const ada = await aPerson()
    const [one, two] = [await aWorld(), await aWorld()]
    const first = await book(one, tenOClock, {}, ada.token)
    const second = await book(two, tenOClock + hours, {}, ada.token)
    await book(one, tenOClock + hours)
    const { body } = await call('GET', '/api/bookings/my-bookings', { token: ada.token })
    expect(body.bookings.map(({ id }: { id: number }) => id)).toEqual([second.body.id, first.body.id])
    expect(body).toMatchObject({ total: 2, nextCursor: null })
  })
})

describe('the words of a refused booking', () => {
  it('name each field', async () => {
    const world = await aWorld()
    const { status, body } = await call('POST', '/api/bookings', {
      token: world.owner.token,
      body: {
        businessId: 'one',
        startTime: '2031-03-03 10:00',
        customer: { name: '', email: 'no' },
        notes: 'x'.repeat(2001),
      },
    })
    expect(status).toBe(422)
    expect(body.errors).toEqual([
      { field: 'businessId', message: 'Business id must be a number' },
      { field: 'serviceId', message: 'Service id is required' },
      { field: 'startTime', message: 'Start time must be an ISO 8601 date-time with an offset' },
      { field: 'customer.name', message: 'Name is required' },
      { field: 'customer.email', message: 'Email is not valid' },
      { field: 'notes', message: 'Maximum 2000 characters' },
    ])
  })
  it('say how much a booking may say', async () => {
    const world = await aWorld()
    const fields = (length: number, count = 5) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`field${index}`, 'x'.repeat(length)]))
    const longestCode = '世'.repeat(64)
    const coupon = { businessId: world.businessId, code: longestCode, percent: 10 }
    await call('POST', '/api/coupons', { token: world.owner.token, body: coupon })
    const answers = [
      await book(world, tenOClock, { customFields: fields(1700) }),
      // Few characters and many bytes.
      await book(world, tenOClock, { customFields: { ...fields(1000), a: '世'.repeat(1100) } }),
      await book(world, tenOClock, {
        customFields: fields(1620),
        notes: '世'.repeat(2000),
        customer: { name: '世'.repeat(200) },
        couponCode: longestCode,
      }),
    ]
    expect(answers.map(({ status, body }) => [status, body.code, body.errors])).toEqual([
      [
        422,
        'booking.too_large',
        [{ field: 'customFields', message: 'Maximum 8 KiB in all custom fields together' }],
      ],
      [
        422,
        'booking.too_large',
        [{ field: 'customFields', message: 'Maximum 8 KiB in all custom fields together' }],
      ],
      [201, undefined, undefined],
    ])
    const { id } = answers[2]!.body
    const reason = await call('POST', `/api/bookings/${id}/cancel`, {
      token: world.owner.token,
      body: { reason: '世'.repeat(500) },
    })
    expect([reason.status, reason.body.errors]).toEqual([
      422,
      [{ field: 'notes', message: 'Maximum 16 KiB in all texts of a booking together' }],
    ])
    await expect(query('update bookings set notes = ? where id = ?', 'x'.repeat(2001), id)).rejects.toThrow(
      'bookingsTexts',
    )
  })
})
