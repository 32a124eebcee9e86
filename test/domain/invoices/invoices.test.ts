// Invoices are numbered without holes, whoever makes them out at the same time, and what was handed out stays what it was.
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '#db/database.ts'
import { invoiceList } from '#db/invoices.ts'
import type { InvoiceQuery } from '#db/invoices.ts'
import { createBooking } from '#domain/appointments/create-booking.ts'
import type { Context } from '#domain/context.ts'
import { createCustomer } from '#domain/customers/create-customer.ts'
import { deleteCustomer } from '#domain/customers/delete-customer.ts'
import { createInvoice } from '#domain/invoices/create-invoice.ts'
import type { NewInvoice } from '#domain/invoices/create-invoice.ts'
import { deleteInvoice } from '#domain/invoices/delete-invoice.ts'
import { forgetOldBuyers } from '#domain/invoices/forget-old-buyers.ts'
import { getInvoice } from '#domain/invoices/get-invoice.ts'
import { listInvoices } from '#domain/invoices/list-invoices.ts'
import type { InvoiceWish } from '#domain/invoices/list-invoices.ts'
import { updateInvoice } from '#domain/invoices/update-invoice.ts'
import { ask } from '../../dialects/property/ask.ts'
import { aKey, aWorld, contextOf, hours, monday, query, setClock, settled } from '../../world.ts'
import type { World } from '../../world.ts'

let world: World
beforeEach(async () => {
  setClock()
  world = await aWorld({ timeZone: 'Europe/Ljubljana' })
})

const night = { name: 'Night', unitPrice: '99', quantityThousandths: 2000, unit: 'night', rate: '8' }
const aNight = { name: 'Night', unitPriceMinor: 9900, quantityThousandths: 2000, unit: 'night', rate: '8' }
const buyer = { name: 'Novak d.o.o.', address: 'Glavni trg 1', taxId: 'SI12345678' }
const invoiced = (more: Partial<NewInvoice> = {}, { businessId, owner } = world) =>
  createInvoice(contextOf(owner), { businessId, type: 'vat', buyer, items: [night], ...more })
const numbers = async ({ businessId } = world) =>
  (
    await query<{ number: number }>(
      'select number from invoices where businessId = ? and number is not null order by type, month, number',
      businessId,
    )
  ).map(({ number }) => number)
const refusal = (code: string, field?: string) => ({ code, ...(field && { errors: [{ field }] }) })

/** A database in which something happens between what was read and what is written. */
function beforeEachCommit(db: Database, happen: () => Promise<unknown>): Database {
  return new Proxy(db, {
    get(_, name) {
      const value: unknown = Reflect.get(db, name, db)
      if (typeof value !== 'function') return value
      return async (...input: unknown[]): Promise<unknown> => {
        if (name === 'commit') await happen()
        return value.apply(db, input)
      }
    },
  })
}

describe('the numbers of invoices', () => {
  it('have no hole when forty are made out at once', async () => {
    const made = await Promise.all(Array.from({ length: 40 }, () => invoiced()))
    const expected = Array.from({ length: 40 }, (_, index) => index + 1)
    expect(made.map(({ number }) => number).toSorted((one, other) => one! - other!)).toEqual(expected)
    expect(await numbers()).toEqual(expected)
    expect(new Set(made.map(({ fullNumber }) => fullNumber)).size).toBe(40)
  })

  it('are the same when many are made out at once as when one asks again for the answer', async () => {
    const { key } = await aKey(world)
    const items = [{ name: 'Night', grossUnitPrice: 99, quantity: 2, rate: '8' }]
    const make = (headers?: Record<string, string>) =>
      ask(key, 'POST', '/invoices', {
        body: { invoiceType: 1, companyNameBuyer: 'Novak d.o.o.', items },
        ...(headers && { headers }),
      })
    const keys = Array.from({ length: 6 }, (_, index) => ({ 'Idempotency-Key': `invoice-${index}` }))
    const first = await Promise.all([...keys.map(make), ...keys.map(() => make())])
    expect(first.map(({ status }) => status)).toEqual(first.map(() => 201))
    const again = await Promise.all(keys.map(make))
    expect(again.map(({ text }) => text)).toEqual(first.slice(0, 6).map(({ text }) => text))
    expect(await numbers()).toEqual(first.map((_, index) => index + 1))
    const shown = await query<{ id: number; number: number; fullNumber: string }>(
      'select id, number, fullNumber from invoices where businessId = ?',
      world.businessId,
    )
    for (const { body } of first) {
      const row = shown.find(({ id }) => id === body.data.invoiceId)
      expect(row).toMatchObject({ number: body.data.invoiceNo, fullNumber: body.data.invoiceFullNo })
    }
    expect((await ask(key, 'GET', '/invoices', { query: { search: '12/03/2031' } })).body.data).toHaveLength(
      1,
    )
  })

  it('have no hole when some are made out while others are deleted', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => invoiced()))
    const last = made.find(({ number }) => number === 10)!
    const deleting = Array.from({ length: 5 }, () => deleteInvoice(contextOf(world.owner), last.id))
    const work = [...deleting, ...Array.from({ length: 10 }, () => invoiced())]
    await Promise.allSettled(work)
    const left = await numbers()
    expect(left).toEqual(left.map((_, index) => index + 1))
  })

  it('begin anew in each month, of each type, and in each business', async () => {
    const issued = async (more: Partial<NewInvoice>, from = world) => (await invoiced(more, from)).fullNumber
    expect(await issued({})).toBe('1/03/2031')
    expect(await issued({})).toBe('2/03/2031')
    expect(await issued({ issuedOn: '2031-02-28' })).toBe('1/02/2031')
    expect(await issued({ type: 'pro_forma' })).toBe('1/03/2031')
    expect(await issued({}, await aWorld())).toBe('1/03/2031')
    expect(await issued({ format: 'FV/YYYY/MM/NUMBER', extraChar: 'A' })).toBe('FV/2031/03/3/A')
  })

  it('are of the month that the clock of the business shows', async () => {
    setClock(Date.UTC(2031, 2, 31, 22, 30))
    expect(await invoiced()).toMatchObject({ fullNumber: '1/04/2031', issuedOn: '2031-04-01' })
  })

  it('can be the business’s own, which take none of the series', async () => {
    const own = await invoiced({ customNumber: 'OLD-77' })
    expect(own).toMatchObject({ number: null, fullNumber: 'OLD-77' })
    expect((await invoiced()).number).toBe(1)
    await expect(invoiced({ customNumber: 'OLD-77' })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'invoice.number_taken',
    })
    await expect(invoiced({ customNumber: '9/03/2031' })).rejects.toMatchObject(
      refusal('invoice.number_of_series', 'customNumber'),
    )
    expect((await invoiced({ type: 'standard', customNumber: 'OLD-77' })).fullNumber).toBe('OLD-77')
  })

  it('tell the month and the year, or could come twice', async () => {
    await expect(invoiced({ format: 'NUMBER/YYYY' })).rejects.toMatchObject(
      refusal('invoice.invalid_format', 'format'),
    )
  })

  it('are never changed, nor taken out of turn, whoever writes', async () => {
    const { id } = await invoiced()
    const renumbered = query('update invoices set number = 2 where id = ?', id)
    await expect(renumbered).rejects.toThrow('invoice_renumbered')
    const moved = query(`update invoices set type = 'standard' where id = ?`, id)
    await expect(moved).rejects.toThrow('invoice_renumbered')
    await invoiced()
    await query('delete from invoiceItems where invoiceId = ?', id)
    await expect(query('delete from invoices where id = ?', id)).rejects.toThrow('invoice_not_last')
  })
})

describe('an invoice', () => {
  it('is made out of little: today, by the business, in its currency', async () => {
    const made = await invoiced()
    expect(made).toMatchObject({
      issuedOn: '2031-03-03',
      soldOn: '2031-03-03',
      paymentOn: '2031-03-03',
      currency: 'EUR',
      seller: { name: 'Studio' },
      receiver: null,
      payment: 'none',
      paymentStatus: 'unpaid',
      items: [{ position: 1, ...aNight, accountId: world.owner.id }],
    })
    expect(await getInvoice(contextOf(world.owner), made.id)).toEqual(made)
  })

  it.each([
    ['EUR', '0.01', 1],
    ['JPY', '1500', 1500],
    ['KWD', '1.234', 1234],
    ['EUR', '1.230', 123],
    ['EUR', '1.234', undefined],
    ['JPY', '1500.5', undefined],
  ])('is in units of its currency: %s %s', async (currency, unitPrice, unitPriceMinor) => {
    const making = invoiced({ currency, items: [{ ...night, unitPrice }] })
    if (unitPriceMinor !== undefined) return expect((await making).items).toMatchObject([{ unitPriceMinor }])
    return expect(making).rejects.toMatchObject(refusal('invoice.invalid_price', 'items.0.unitPrice'))
  })

  it('that changes its currency keeps its prices, if they can be said in the other', async () => {
    const { id } = await invoiced()
    const change = (currency: string) => updateInvoice(contextOf(world.owner), id, { currency })
    expect((await change('JPY')).items).toMatchObject([{ unitPriceMinor: 99 }])
    expect((await change('KWD')).items).toMatchObject([{ unitPriceMinor: 99_000 }])
    await updateInvoice(contextOf(world.owner), id, { items: [{ position: 1, unitPrice: '0.005' }] })
    await expect(change('EUR')).rejects.toMatchObject(refusal('invoice.invalid_price'))
  })

  it('names its guest as the buyer, unless it names another', async () => {
    const { businessId, owner } = world
    const guest = await createCustomer(contextOf(owner), {
      businessId,
      name: 'Novak',
      forename: 'Ana',
      details: { address: 'Glavni trg 1' },
    })
    const made = await invoiced({ customerId: guest.id, buyer: undefined })
    expect(made.buyer).toEqual({ name: 'Ana Novak', address: 'Glavni trg 1', taxId: null })
    await expect(invoiced({ buyer: undefined })).rejects.toMatchObject(refusal('invoice.no_buyer'))
  })

  it('asks for something, and for no more than can be written', async () => {
    await expect(invoiced({ items: [] })).rejects.toMatchObject(refusal('invoice.no_items'))
    const many = Array.from({ length: 101 }, () => night)
    await expect(invoiced({ items: many })).rejects.toMatchObject(refusal('invoice.too_many_items'))
    const dear = { ...night, unitPrice: '9999999999', quantityThousandths: 2000 }
    await expect(invoiced({ items: [dear] })).rejects.toMatchObject(
      refusal('invoice.too_large', 'items.0.quantity'),
    )
    const back = { ...night, unitPrice: '-1' }
    await expect(invoiced({ items: [night, back] })).rejects.toMatchObject(
      refusal('invoice.below_zero', 'items.1.unitPrice'),
    )
    expect((await invoiced({ type: 'correction', items: [back] })).items).toMatchObject([
      { unitPriceMinor: -100 },
    ])
  })

  it('is nobody else’s', async () => {
    const { id } = await invoiced()
    const other = contextOf((await aWorld()).owner)
    const { businessId } = world
    await expect(getInvoice(other, id)).rejects.toMatchObject(refusal('invoice.not_found'))
    await expect(updateInvoice(other, id, { town: 'Mine' })).rejects.toMatchObject(
      refusal('invoice.not_found'),
    )
    await expect(deleteInvoice(other, id)).rejects.toMatchObject(refusal('invoice.not_found'))
    const theirs = refusal('business.not_found')
    await expect(listInvoices(other, { businessId }, { page: 1, limit: 1 })).rejects.toMatchObject(theirs)
    await expect(
      createInvoice(other, { businessId, type: 'vat', buyer, items: [night] }),
    ).rejects.toMatchObject(theirs)
  })
})

describe('what an invoice refers to', () => {
  it('is the business’s own', async () => {
    const other = await aWorld()
    const { businessId, owner, serviceId } = other
    const guest = await createCustomer(contextOf(owner), { businessId, name: 'Ana' })
    const startAt = monday + 2 * hours
    const customer = { name: 'Ana' }
    const booking = await createBooking(contextOf(owner), { businessId, serviceId, startAt, customer })
    const advance = await invoiced({ type: 'advance' }, other)
    const theirs = [
      { customerId: guest.id },
      { bookingId: booking.id },
      { prepaymentId: advance.id },
      { correctionId: advance.id, type: 'correction' },
    ] as const
    const own = await invoiced({ type: 'correction' })
    for (const reference of theirs) {
      const [field = ''] = Object.keys(reference)
      const refused = refusal('invoice.unknown_reference', field)
      await expect(invoiced(reference)).rejects.toMatchObject(refused)
      const { type: _, ...change } = { type: undefined, ...reference }
      await expect(updateInvoice(contextOf(world.owner), own.id, change)).rejects.toMatchObject(refused)
    }
    // Whether there is a guest of this id elsewhere is not to be told.
    const byGuest = (customerId: number) => invoiced({ customerId, buyer: undefined })
    const unknown = refusal('invoice.unknown_reference', 'customerId')
    await expect(byGuest(guest.id)).rejects.toMatchObject(unknown)
    await expect(byGuest(1)).rejects.toMatchObject(unknown)
    await settled()
  })

  it('is an advance that was invoiced as one, in the same currency', async () => {
    const refused = refusal('invoice.unknown_reference', 'prepaymentId')
    const vat = await invoiced()
    await expect(invoiced({ prepaymentId: vat.id })).rejects.toMatchObject(refused)
    const pounds = await invoiced({ type: 'advance', currency: 'GBP' })
    await expect(invoiced({ prepaymentId: pounds.id })).rejects.toMatchObject(refused)
    const advance = await invoiced({ type: 'advance_receipt' })
    expect((await invoiced({ prepaymentId: advance.id })).prepaymentId).toBe(advance.id)
  })

  it('is refused in words when it is deleted just before it would be referred to', async () => {
    const vat = await invoiced()
    const verbs = [
      (ctx: Context, prepaymentId: number) =>
        createInvoice(ctx, {
          businessId: world.businessId,
          type: 'vat',
          buyer,
          items: [night],
          prepaymentId,
        }),
      (ctx: Context, prepaymentId: number) => updateInvoice(ctx, vat.id, { prepaymentId }),
    ]
    for (const verb of verbs) {
      const advance = await invoiced({ type: 'advance' })
      const ctx = contextOf(world.owner, (ports) => ({
        ...ports,
        db: beforeEachCommit(ports.db, () =>
          deleteInvoice(contextOf(world.owner), advance.id).catch(() => undefined),
        ),
      }))
      await expect(verb(ctx, advance.id)).rejects.toMatchObject(
        refusal('invoice.unknown_reference', 'prepaymentId'),
      )
    }
    expect(await numbers()).toEqual([1])
  })

  it('is corrected by nothing but a correction, and not by itself', async () => {
    const refused = refusal('invoice.unknown_reference', 'correctionId')
    const vat = await invoiced()
    await expect(invoiced({ correctionId: vat.id })).rejects.toMatchObject(refused)
    const correction = await invoiced({ type: 'correction', correctionId: vat.id })
    expect(correction.correctionId).toBe(vat.id)
    const itself = updateInvoice(contextOf(world.owner), correction.id, { correctionId: correction.id })
    await expect(itself).rejects.toMatchObject(refused)
  })
})

describe('a change', () => {
  it('edits the lines that it names by position, and adds the others', async () => {
    const { id } = await invoiced({ items: [night, { ...night, name: 'Breakfast' }] })
    const after = await updateInvoice(contextOf(world.owner), id, {
      items: [
        { position: 2, unitPrice: '5', quantityThousandths: 4000 },
        { name: 'Parking', unitPrice: '10.00', rate: '23' },
      ],
    })
    expect(after.items).toMatchObject([
      { position: 1, ...aNight },
      { position: 2, name: 'Breakfast', unitPriceMinor: 500, quantityThousandths: 4000, rate: '8' },
      {
        position: 3,
        name: 'Parking',
        unitPriceMinor: 1000,
        quantityThousandths: 1000,
        unit: null,
        rate: '23',
      },
    ])
    expect(await getInvoice(contextOf(world.owner), id)).toEqual(after)
    const beyond = updateInvoice(contextOf(world.owner), id, { items: [{ position: 4, name: 'X' }] })
    await expect(beyond).rejects.toMatchObject(refusal('invoice.unknown_item', 'items.0.position'))
    const nameless = updateInvoice(contextOf(world.owner), id, { items: [{ unitPrice: '1' }] })
    await expect(nameless).rejects.toMatchObject(refusal('invoice.incomplete_item', 'items.0.name'))
  })

  it('of two at once, both are kept', async () => {
    const { id } = await invoiced()
    const add = (name: string) =>
      updateInvoice(contextOf(world.owner), id, { items: [{ name, unitPrice: '0.01', rate: '8' }] })
    await Promise.all(['A', 'B', 'C', 'D'].map(add))
    const { items, version } = await getInvoice(contextOf(world.owner), id)
    expect(items.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5])
    expect(items.map(({ name }) => name).toSorted()).toEqual(['A', 'B', 'C', 'D', 'Night'])
    expect(version).toBe(5)
  })

  it('records a payment, and leaves what it does not name', async () => {
    const before = await invoiced()
    setClock(monday + hours)
    const payment = { paymentStatus: 'paid', paymentOn: '2031-03-04', payment: 'card' } as const
    expect(await updateInvoice(contextOf(world.owner), before.id, payment)).toEqual({
      ...before,
      ...payment,
      version: 2,
      updatedAt: monday + hours,
    })
  })

  it('of who buys names what is new, and of who receives takes them away with null', async () => {
    const { id } = await invoiced({ receiver: { name: 'Branch', address: 'There', taxId: null } })
    const change = (changes: object) => updateInvoice(contextOf(world.owner), id, changes)
    const after = await change({ buyer: { taxId: null }, receiver: { address: 'Here' } })
    expect(after.buyer).toEqual({ ...buyer, taxId: null })
    expect(after.receiver).toMatchObject({ name: 'Branch', address: 'Here' })
    expect((await change({ town: 'Kranj' })).receiver).toMatchObject({ name: 'Branch' })
    expect((await change({ receiver: null })).receiver).toBeNull()
  })

  it('leaves an invoice with somebody who buys', async () => {
    const { id } = await invoiced()
    const nameless = updateInvoice(contextOf(world.owner), id, { buyer: { name: null } })
    await expect(nameless).rejects.toMatchObject(refusal('invoice.no_buyer', 'buyer'))
  })

  it('leaves an invoice in its month, since its number is of that', async () => {
    const { id } = await invoiced()
    const change = (issuedOn: string) => updateInvoice(contextOf(world.owner), id, { issuedOn })
    expect((await change('2031-03-31')).issuedOn).toBe('2031-03-31')
    await expect(change('2031-04-01')).rejects.toMatchObject(refusal('invoice.other_month', 'issuedOn'))
  })

  it('of the form changes how the number is printed, not the number', async () => {
    const { id } = await invoiced()
    const after = await updateInvoice(contextOf(world.owner), id, {
      format: 'YYYY-MM-NUMBER',
      extraChar: 'B',
    })
    expect(after).toMatchObject({ number: 1, fullNumber: '2031-03-1/B' })
  })
})

describe('a deletion', () => {
  it('takes the last of a series, whose number is given again', async () => {
    const [first, second] = [await invoiced(), await invoiced()]
    await expect(deleteInvoice(contextOf(world.owner), first.id)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'invoice.not_last',
    })
    await deleteInvoice(contextOf(world.owner), second.id)
    await expect(getInvoice(contextOf(world.owner), second.id)).rejects.toMatchObject({
      code: 'invoice.not_found',
    })
    expect(await query('select 1 from invoiceItems where invoiceId = ?', second.id)).toEqual([])
    expect(await query('select 1 from searchWords where id = ?', second.id)).toEqual([])
    expect((await invoiced()).number).toBe(2)
  })

  it('leaves what another invoice refers to', async () => {
    const advance = await invoiced({ type: 'advance' })
    const vat = await invoiced({ prepaymentId: advance.id })
    await invoiced({ type: 'correction', correctionId: vat.id })
    for (const { id } of [advance, vat]) {
      await expect(deleteInvoice(contextOf(world.owner), id)).rejects.toMatchObject({
        kind: 'conflict',
        code: 'invoice.referred_to',
      })
    }
    await query('delete from invoiceItems where invoiceId = ?', vat.id)
    await expect(query('delete from invoices where id = ?', vat.id)).rejects.toThrow('FOREIGN KEY')
  })
})

describe('a list', () => {
  const found = async (asked: Omit<InvoiceWish, 'businessId'>) => {
    const { businessId, owner } = world
    const { entries } = await listInvoices(contextOf(owner), { businessId, ...asked }, { page: 1, limit: 20 })
    return entries.map(({ fullNumber, type }) => `${type} ${fullNumber}`)
  }

  it('has the last first, or whichever order is asked for', async () => {
    const first = await invoiced({ issuedOn: '2031-03-20' })
    await invoiced({ issuedOn: '2031-03-10' })
    await invoiced({ type: 'advance', issuedOn: '2031-04-01' })
    setClock(monday + hours)
    await updateInvoice(contextOf(world.owner), first.id, { town: 'Kranj' })
    const [one, two, three] = ['vat 1/03/2031', 'vat 2/03/2031', 'advance 1/04/2031']
    expect(await found({})).toEqual([three, two, one])
    expect(await found({ descending: false })).toEqual([one, two, three])
    expect(await found({ by: 'issuedOn' })).toEqual([three, one, two])
    expect(await found({ by: 'number' })).toEqual([two, three, one])
    expect(await found({ by: 'updatedAt' })).toEqual([one, three, two])
  })

  it('has what a filter leaves', async () => {
    const { businessId, serviceId, owner } = world
    const wish = { businessId, serviceId, startAt: monday + 2 * hours, customer: { name: 'Ana' } }
    const booking = await createBooking(contextOf(owner), wish)
    await invoiced({ bookingId: booking.id, issuedOn: '2031-03-01' })
    await invoiced({ type: 'advance', buyer: { ...buyer, name: 'Öz Grand Hotel', taxId: 'DE-99 11' } })
    setClock(monday + hours)
    await invoiced({ customNumber: 'OLD-77', receiver: { ...buyer, name: 'Filiale Süd' } })
    expect(await found({ bookingId: booking.id })).toEqual(['vat 1/03/2031'])
    expect(await found({ type: 'advance' })).toEqual(['advance 1/03/2031'])
    expect(await found({ fromOn: '2031-03-02' })).toEqual(['vat OLD-77', 'advance 1/03/2031'])
    expect(await found({ toOn: '2031-03-01' })).toEqual(['vat 1/03/2031'])
    expect(await found({ fromOn: '2031-03-01', toOn: '2031-03-03', type: 'vat' })).toHaveLength(2)
    expect(await found({ updatedFrom: monday + 1 })).toEqual(['vat OLD-77'])
    expect(await found({ search: 'grand oz' })).toEqual(['advance 1/03/2031'])
    expect(await found({ search: '9911' })).toEqual(['advance 1/03/2031'])
    expect(await found({ search: 'sud' })).toEqual(['vat OLD-77'])
    expect(await found({ search: 'old-7' })).toEqual(['vat OLD-77'])
    expect(await found({ search: '1/03/2031', type: 'vat' })).toEqual(['vat 1/03/2031'])
    await settled()
  })

  let first = 1_000_000
  const crowd = async (count: number, businessId = world.businessId) => {
    await query(
      `with recursive n(i) as (select ?1 union all select i + 1 from n where i < ?1 + ?2 - 1)
       insert into invoices (id, businessId, type, month, fullNumber, format, buyer, seller, payment, paymentStatus,
         issuedOn, soldOn, paymentOn, currency, goodsCodes, words, version, createdAt, updatedAt)
       select i, ?3, 'vat', '2031-03', 'C' || i, 'X', '{}', '{}', 'none', 'unpaid',
         '2031-03-03', '2031-03-03', '2031-03-03', 'EUR', '[]', json_array('crowd' || i, 'some'), 1, i, i from n`,
      first,
      count,
      businessId,
    )
    first += count
  }
  const rowsRead = async (asked: Partial<InvoiceQuery>) => {
    const wish = { businessId: world.businessId, by: 'id', descending: true, ...asked } as const
    const list = invoiceList(wish, { page: 1, limit: 20 }, 100)
    const results = Object.values(list).map(({ text, values }) =>
      env.DB.prepare(text)
        .bind(...values)
        .all(),
    )
    return (await Promise.all(results)).reduce((sum, { meta }) => sum + meta.rows_read, 0)
  }

  it.each<[string, Partial<InvoiceQuery>]>([
    ['all', {}],
    ['by number', { by: 'number' }],
    ['by their day', { by: 'issuedOn' }],
    ['by when they were changed', { by: 'updatedAt' }],
    ['of some days, by number', { by: 'number', fromOn: '2031-03-03', toOn: '2031-03-03' }],
    ['of a type that there is none of', { type: 'advance' }],
    ['of no reservation', { bookingId: 1 }],
    ['changed since', { updatedFrom: 1, by: 'number' }],
    ['of a rare word', { words: '["crowd1000007"]' }],
  ])('reads no more among many than it shows and counts: %s', async (_, asked) => {
    await crowd(400)
    const few = await rowsRead(asked)
    await crowd(1200)
    await crowd(1200, (await aWorld()).businessId)
    const many = await rowsRead(asked)
    expect(many).toBe(few)
    expect(many).toBeLessThan(700)
  })
})

describe('a guest who is erased', () => {
  it('is not to be found by their invoices, which the seller keeps as they were handed out', async () => {
    const { businessId, owner } = world
    const guest = await createCustomer(contextOf(owner), { businessId, name: 'Ana' })
    const said = { customerId: guest.id, additionalInfo: 'Allergic to nuts', collectedBy: 'Ana' }
    const made = await invoiced(said)
    await deleteCustomer(contextOf(owner), guest.id)
    const nothing = { customerId: null, additionalInfo: null, collectedBy: null, buyerErasedAt: monday }
    expect(await getInvoice(contextOf(owner), made.id)).toEqual({ ...made, ...nothing })
  })

  it('is named by no invoice that was on its way', async () => {
    const { businessId, owner } = world
    const guest = await createCustomer(contextOf(owner), { businessId, name: 'Ana' })
    const { id } = await invoiced()
    await deleteCustomer(contextOf(owner), guest.id)
    await query(`update invoices set customerId = ?, additionalInfo = 'Nuts' where id = ?`, guest.id, id)
    const nothing = { customerId: null, additionalInfo: null, buyerErasedAt: monday }
    expect(await getInvoice(contextOf(owner), id)).toMatchObject(nothing)
  })

  it('stays on their invoices for ten years after the year of issue, and not a day longer', async () => {
    const { businessId, owner } = world
    const guest = await createCustomer(contextOf(owner), { businessId, name: 'Ana' })
    const theirs = { customerId: guest.id, receiver: { name: 'Ana Kos', address: null, taxId: null } }
    const [first, second, next] = [
      await invoiced({ ...theirs, issuedOn: '2021-03-03' }),
      await invoiced({ ...theirs, issuedOn: '2021-12-31' }),
      await invoiced({ ...theirs, issuedOn: '2022-01-01' }),
    ]
    const another = await invoiced({ issuedOn: '2021-03-03' })
    const printed = async ({ id }: { id: number }) => {
      const { buyer: bought, receiver } = await getInvoice(contextOf(owner), id)
      return [bought.name, receiver?.name]
    }
    const named = [buyer.name, 'Ana Kos']
    await deleteCustomer(contextOf(owner), guest.id)
    await updateInvoice(contextOf(owner), first.id, { customerId: null, town: 'Bled' })
    setClock(Date.UTC(2031, 11, 31, 23, 59))
    expect(await forgetOldBuyers(contextOf())).toBe(false)
    expect(await printed(first)).toEqual(named)

    const tooLate = Date.UTC(2032, 0, 1)
    setClock(tooLate)
    expect(await forgetOldBuyers(contextOf(), 1)).toBe(true)
    expect([await printed(first), await printed(second)]).toEqual([[null, undefined], named])
    expect(await forgetOldBuyers(contextOf(), 1)).toBe(true)
    expect(await forgetOldBuyers(contextOf(), 1)).toBe(false)
    expect(await Promise.all([second, next, another].map(printed))).toEqual([
      [null, undefined],
      named,
      [buyer.name, undefined],
    ])
    // What was sold is still known, by its number; who bought it finds nothing any more.
    const forgotten = await getInvoice(contextOf(owner), first.id)
    expect(forgotten).toMatchObject({ items: [aNight], updatedAt: tooLate, version: 3 })
    const search = async (text: string) => {
      const { entries } = await listInvoices(
        contextOf(owner),
        { businessId, search: text },
        { page: 1, limit: 9 },
      )
      return entries.map(({ id }) => id).toSorted((one, other) => one - other)
    }
    expect(await search(forgotten.fullNumber)).toContain(first.id)
    expect(await search('Novak')).toEqual([next.id, another.id])
  })
})
