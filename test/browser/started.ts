// A real browser to look at the service with, and a barber to look at.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { caller } from '../../scripts/caller.ts'
import { openBarber } from '../../scripts/open-barber.ts'
import { endService } from '../service.ts'

export { startService } from '../service.ts'

const toEnd: (() => Promise<unknown>)[] = []

/** Ends what was started. */
export async function endAll(): Promise<void> {
  for (const end of toEnd.splice(0).toReversed()) await end()
  await endService()
}

const places = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

export async function startBrowser(): Promise<Browser> {
  const executablePath = places.find((place) => place !== undefined && place !== '' && existsSync(place))
  if (executablePath === undefined) {
    throw new Error(
      'The pages are tested in Chromium, and there is none: `apt-get install chromium`, or set CHROMIUM to where it is.',
    )
  }
  const browser = await chromium.launch({
    executablePath,
    // A container's root has no sandbox to be in, and little shared memory.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  })
  toEnd.push(() => browser.close())
  return browser
}

interface Booked {
  id: number
  startTime: string
  cardUrl: string
}

/** A barber, whose customers have a booking each, at the next slots that are free from tomorrow on. */
export async function startBarber(url: string) {
  const owner = caller(url, '192.0.2.1')
  await owner.signUp('Owner')
  const { businessId, serviceId } = await openBarber(owner)
  await owner.must('PATCH', `/api/businesses/${businessId}`, {
    phone: '+49 30 901820',
    email: 'gate@example.com',
  })

  const freeSlots = async () => {
    const from = new Date(Date.now() + 86_400_000).toISOString()
    const to = new Date(Date.now() + 20 * 86_400_000).toISOString()
    const query = `businessId=${businessId}&serviceId=${serviceId}&from=${from}&to=${to}`
    const { slots } = await owner.must<{ slots: { startTime: string }[] }>(
      'GET',
      `/api/bookings/availability?${query}`,
    )
    return slots.map(({ startTime }) => startTime)
  }
  const book = async (): Promise<Booked> => {
    const [startTime] = await freeSlots()
    const customer = { name: 'Ada Lovelace', email: 'ada@example.com' }
    const notes =
      'A seat by the window, please: Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
    return owner.must('POST', '/api/bookings', { businessId, serviceId, startTime, customer, notes })
  }
  const statusOf = async ({ id }: Booked) =>
    (await owner.must<{ status: string }>('GET', `/api/bookings/${id}`)).status
  const startOf = async ({ id }: Booked) => (await owner.must<Booked>('GET', `/api/bookings/${id}`)).startTime
  return { book, freeSlots, statusOf, startOf }
}
