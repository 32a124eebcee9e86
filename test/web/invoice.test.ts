// The printed invoice: whole by itself, exact, and able to do nothing.
import { beforeEach, describe, expect, it } from 'vitest'
import { invoiceTypes } from '#domain/invoices/invoice.ts'
import { words } from '#web/words/languages.ts'
import { ask } from '../dialects/property/ask.ts'
import { aKey, aWorld, query, setClock } from '../world.ts'
import type { World } from '../world.ts'

let world: World
let key: string
beforeEach(async () => {
  setClock()
  world = await aWorld()
  key = (await aKey(world)).key
})

const sold = {
  companyNameBuyer: 'Novak & <b>sinovi</b>',
  addressBuyer: 'Glavni trg 1\nLjubljana',
  taxIdBuyer: 'SI12345678',
  bankNoSeller: 'SI56 0000',
  companyNameSeller: 'Guest house',
  invoiceType: 1,
  issueDate: '2026-10-05',
  town: 'Bled',
  items: [
    { name: 'Night', grossUnitPrice: 99.99, quantity: 3, unit: 'night', rate: 9.5 },
    { name: 'Tour', grossUnitPrice: 10, rate: 'zw' },
  ],
}
const make = async (body: object = {}) =>
  (await ask(key, 'POST', '/invoices', { body: { ...sold, ...body } })).body.data as { invoiceId: number }
const printed = ({ invoiceId }: { invoiceId: number }) => ask(key, 'GET', `/invoices/${invoiceId}/document`)
const isIn = (country: string) =>
  query('update businessListings set country = ? where id = ?', country, world.businessId)
/** What is to be read, without the marks around it. */
const read = (html: string) =>
  html
    .replace(/<style>.*<\/style>/s, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/[\s\u00a0\u202f]+/g, ' ')

describe('the document of an invoice', () => {
  it('says who sells what to whom, for how much, and how much of it is tax', async () => {
    const { status, text } = await printed(await make())
    expect(status).toBe(200)
    const said = read(text)
    for (const part of [
      'VAT invoice 1/10/2026',
      'Bled, Oct 5, 2026',
      'Guest house',
      'Account: SI56 0000',
      'Tax ID: SI12345678',
      'Night 3 night €99.99 9.5% €299.97',
      'Tour 1 €10.00 exempt €10.00',
      '9.5% €273.95 €26.02 €299.97',
      'exempt €10.00 €0.00 €10.00',
      'Total €283.95 €26.02 €309.97',
      'To pay €309.97',
    ]) {
      expect(said).toContain(part)
    }
  })

  it('is a page for one reader, that carries its style and runs nothing', async () => {
    const { headers, text } = await printed(await make())
    expect(headers.get('Content-Type')).toBe('text/html; charset=UTF-8')
    expect(headers.get('Cache-Control')).toBe('no-store')
    expect(headers.get('Content-Disposition')).toBe('inline; filename="1-10-2026.html"')
    expect(headers.get('RUID')).toMatch(/^[0-9a-f-]{36}$/)
    const policy = headers.get('Content-Security-Policy') ?? ''
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]+=*'; form-action 'none'; frame-ancestors/,
    )
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(text) ?? []
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style))
    expect(policy).toContain(`'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`)
    expect(style).toContain('@media print')
    expect(text).not.toMatch(/<script|<link|<img|src=|<b>/)
    expect(text).toContain('Novak &amp; &lt;b&gt;sinovi&lt;/b&gt;')
  })

  it.each([
    ['SI', 'sl-SI', 'Račun z DDV 1/10/2026', '5. okt. 2026', '99,99 €'],
    ['IS', 'is-IS', 'Reikningur með VSK 1/10/2026', 'Greiðsludagur', '99'],
    ['PH', 'fil-PH', 'Invoice na may VAT 1/10/2026', 'Okt 5, 2026', '€99.99'],
    ['RU', 'ru-RU', 'Счёт с НДС 1/10/2026', '5 окт. 2026', '99,99 €'],
    ['GB', 'en-GB', 'VAT invoice 1/10/2026', '5 Oct 2026', '€99.99'],
    ['DE', 'en', 'VAT invoice 1/10/2026', 'Oct 5, 2026', '€99.99'],
  ])('is written as the business’s country reads: %s', async (country, lang, title, day, price) => {
    await isIn(country)
    const { text } = await printed(await make())
    expect(text).toContain(`<html lang="${lang}">`)
    expect(text).toContain(`<title>${title}</title>`)
    for (const part of [title, day, price]) expect(read(text)).toContain(part)
  })

  it('takes off what was paid in advance', async () => {
    const advance = await make({
      invoiceType: 3,
      items: [{ name: 'Advance', grossUnitPrice: 100, rate: 9.5 }],
    })
    const said = read((await printed(await make({ prepaymentId: advance.invoiceId }))).text)
    expect(said).toContain('Paid in advance, invoice 1/10/2026 -€100.00')
    expect(said).toContain('To pay €209.97')
  })

  it('says which invoice it corrects', async () => {
    const wrong = await make({ issueDate: '2026-09-30' })
    const items = [{ name: 'Night', grossUnitPrice: -99.99, rate: 9.5 }]
    const said = read(
      (await printed(await make({ invoiceType: 4, correctionId: wrong.invoiceId, items }))).text,
    )
    expect(said).toContain('Correction 1/10/2026 Corrects 1/09/2026 of Sep 30, 2026')
    expect(said).toContain('To pay -€99.99')
  })

  it('says that it was paid', async () => {
    const invoice = await make({ paymentStatus: 2, paymentType: 3 })
    const said = read((await printed(invoice)).text)
    expect(said).toContain('Payment Card · Paid')
    expect(said).toContain('Paid €309.97')
  })

  it('does not say how much is left of what was paid in part', async () => {
    const said = read((await printed(await make({ paymentStatus: 1 }))).text)
    expect(said).toContain('Payment Paid in part')
    expect(said).not.toContain('To pay')
  })

  it('has a name in every language for every type', () => {
    for (const { invoice } of Object.values(words)) {
      const names = invoiceTypes.map((type) => invoice.type[type])
      expect(new Set(names).size).toBe(invoiceTypes.length)
    }
  })

  it('that is not there is refused in the words of the dialect', async () => {
    const { status, headers, body } = await printed({ invoiceId: 1 })
    expect([status, headers.get('Content-Type'), body.title]).toEqual([
      404,
      'application/problem+json',
      'Not Found',
    ])
  })
})
