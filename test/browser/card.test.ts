// The card in the hands of the people it is for.
import { readFile } from 'node:fs/promises'
import axe from 'axe-core'
import type { AxeResults } from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { endAll, startBarber, startBrowser, startService } from './started.ts'

let browser: Browser
let barber: Awaited<ReturnType<typeof startBarber>>

beforeAll(async () => {
  browser = await startBrowser()
  barber = await startBarber(await startService())
}, 120_000)
afterAll(endAll)

const phone = { width: 360, height: 740 }
const desk = { width: 1280, height: 900 }

/** What browsers complain of: policies that were broken, files that were not found, scripts that failed. */
const complaints: string[] = []
afterEach(() => expect(complaints.splice(0)).toEqual([]))

/** A page of somebody who is far from the barber. */
async function aPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: phone,
    locale: 'en-GB',
    timezoneId: 'Asia/Manila',
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return page
}

/** What of the page leaves somebody out: axe's findings, and what can only be seen by scrolling sideways. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations, incomplete } = await page.evaluate<AxeResults>('axe.run()')
  const found = [...violations, ...incomplete].flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${html} ${failureSummary}`),
  )
  const wide = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  const small = await page.evaluate<string[]>(
    `[...document.querySelectorAll('.button')]
       .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.textContent)`,
  )
  return [
    ...found,
    ...(wide > 0 ? [`${wide} pixels too wide`] : []),
    ...small.map((one) => `too small: ${one}`),
  ]
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true })

describe.each([
  ['a phone', phone],
  ['a desk', desk],
])('on %s', (_, viewport) => {
  it.each(['light', 'dark'] as const)(
    'every page can be read and used by everybody, %s',
    async (colorScheme) => {
      const { cardUrl } = await barber.book()
      const page = await aPage({ viewport, colorScheme })
      const faults: Record<string, string[]> = {}
      await page.goto(cardUrl)
      faults['the card'] = await faultsOf(page)
      await link(page, 'Choose another time').click()
      await page.getByRole('heading', { level: 1, name: 'Choose another time' }).waitFor()
      faults['the free times'] = await faultsOf(page)
      await link(page, 'Back to the booking').click()
      await button(page, 'Cancel the booking').click()
      await page.getByRole('status').waitFor()
      faults['the card of what was cancelled'] = await faultsOf(page)
      await page.goto(`${cardUrl}?failed=taken`)
      faults['what went wrong'] = await faultsOf(page)
      expect(faults).toEqual({
        'the card': [],
        'the free times': [],
        'the card of what was cancelled': [],
        'what went wrong': [],
      })
    },
  )
})

it('is dark where everything else is', async () => {
  const { cardUrl } = await barber.book()
  const paper = async (colorScheme: 'light' | 'dark') => {
    const page = await aPage({ colorScheme })
    await page.goto(cardUrl)
    return page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
  }
  expect([await paper('light'), await paper('dark')]).toEqual(['rgb(251, 247, 241)', 'rgb(27, 22, 19)'])
})

it.each(['en', 'fil', 'is', 'ru', 'sl'])('fits a phone in its language: %s', async (locale) => {
  const { cardUrl } = await barber.book()
  const page = await aPage({ locale })
  for (const path of ['', '/move']) {
    await page.goto(cardUrl + path)
    expect(await page.evaluate<string>('document.documentElement.lang')).toBe(locale)
    expect(await faultsOf(page)).toEqual([])
  }
})

it('says where there is no card', async () => {
  const { cardUrl } = await barber.book()
  const page = await aPage()
  await page.goto(cardUrl.replace(/.{4}$/, 'AAAA'))
  await page.getByRole('heading', { name: 'There is no booking here' }).waitFor()
  expect(await faultsOf(page)).toEqual([])
  // A browser notes every page that is not found.
  expect(complaints.splice(0)).toEqual([expect.stringContaining('404')])
})

it('is cancelled, and taken back', async () => {
  const booking = await barber.book()
  const page = await aPage()
  await page.goto(booking.cardUrl)
  await button(page, 'Cancel the booking').click()
  await page.getByText('Your booking is cancelled.').waitFor()
  expect(await barber.statusOf(booking)).toBe('cancelled')

  await button(page, 'Take the cancellation back').click()
  await page.getByText('Your booking is back.').waitFor()
  expect(await barber.statusOf(booking)).toBe('confirmed')
})

it('is moved to a time that is chosen', async () => {
  const booking = await barber.book()
  const page = await aPage({ viewport: desk })
  await page.goto(booking.cardUrl)
  await link(page, 'Choose another time').click()
  await link(page, 'Later').click()
  const chosen = page.getByRole('button').first()
  const startTime = new Date(Number(await chosen.getAttribute('value'))).toISOString()
  await chosen.click()
  await page.getByText('Your booking has a new time.').waitFor()
  expect(await barber.startOf(booking)).toBe(startTime)
  const shown = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Europe/Berlin' })
  await page
    .getByText(shown.format(new Date(startTime)))
    .first()
    .waitFor()
})

it('says so when the booking is no longer what the page showed', async () => {
  const booking = await barber.book()
  const [page, other] = [await aPage(), await aPage()]
  await page.goto(booking.cardUrl)
  await other.goto(`${booking.cardUrl}/move`)
  await other.getByRole('button').first().click()
  await other.getByText('Your booking has a new time.').waitFor()
  await button(page, 'Cancel the booking').click()
  await page.getByRole('alert').getByText('The booking has changed in the meantime.').waitFor()
  expect(await barber.statusOf(booking)).toBe('confirmed')
})

it('is moved, cancelled and taken back by keys alone', async () => {
  const booking = await barber.book()
  const page = await aPage()
  /** Goes on with Tab until it is there, which has to be seen. */
  const press = async (name: string | RegExp) => {
    for (let steps = 0; steps < 80; steps++) {
      await page.keyboard.press('Tab')
      const { text, outline } = await page.evaluate<{ text: string; outline: string }>(
        `({ text: document.activeElement.textContent, outline: getComputedStyle(document.activeElement).outlineStyle })`,
      )
      if (typeof name === 'string' ? text !== name : !name.test(text)) continue
      expect([text, outline]).toEqual([text, 'solid'])
      await page.keyboard.press('Enter')
      return
    }
    throw new Error(`no Tab leads to ${name}`)
  }
  await page.goto(booking.cardUrl)
  await press('Choose another time')
  await page.getByRole('heading', { level: 1, name: 'Choose another time' }).waitFor()
  await press(/^\d\d:\d\d$/)
  await page.getByText('Your booking has a new time.').waitFor()
  await press('Cancel the booking')
  await page.getByText('Your booking is cancelled.').waitFor()
  await press('Take the cancellation back')
  await page.getByText('Your booking is back.').waitFor()
  expect(await barber.statusOf(booking)).toBe('confirmed')
  expect(await barber.startOf(booking)).not.toBe(booking.startTime)
})

it('goes into a calendar', async () => {
  const { cardUrl, id } = await barber.book()
  const page = await aPage()
  await page.goto(cardUrl)
  const downloading = page.waitForEvent('download')
  await link(page, 'Add to calendar').click()
  const download = await downloading
  expect(download.suggestedFilename()).toBe('booking.ics')
  expect(await readFile(await download.path(), 'utf8')).toContain(`UID:booking-${id}@127.0.0.1\r\n`)
})

it('leads to what is to be paid', async () => {
  const { cardUrl } = await barber.book()
  const page = await aPage()
  await page.goto(`${cardUrl}/pay`)
  expect(page.url()).toBe(`${cardUrl}#pay`)
  await page.getByRole('heading', { name: 'Payment' }).waitFor()
  expect(await page.evaluate<boolean>(`document.querySelector('#pay:target') !== null`)).toBe(true)
})
