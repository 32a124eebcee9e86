// `npm run seed`: a barber to play with, in the service that `npm run dev` runs on PORT.
import { caller } from './caller.ts'
import { openBarber } from './open-barber.ts'

const url = `http://127.0.0.1:${process.env['PORT'] ?? 8787}`
const scopes = [
  'availability:read',
  'bookings:read',
  'bookings:write',
  'customers:read',
  'customers:write',
  'events:read',
  'logs:read',
  'services:read',
  'webhooks:manage',
]

try {
  await fetch(`${url}/health`).catch(() => {
    throw new Error(`nothing listens on ${url}. Start \`npm run dev\` first, or set PORT to where it listens`)
  })
  // A number that only this run has, so that there can be as many as one likes.
  const name = `owner${Date.now()}`
  const owner = caller(url, '192.0.2.1')
  const account = await owner.signUp(name)
  const { businessId, serviceId, staff } = await openBarber(owner)
  const { key } = await owner.must<{ key: string }>('POST', '/api/integrations/api-keys', {
    businessId,
    name: 'To play with',
    scopes,
  })
  const from = new Date(Date.now() + 86_400_000)
  from.setUTCHours(0, 0, 0, 0)
  const to = new Date(from.getTime() + 86_400_000)
  const period = `from=${from.toISOString()}&to=${to.toISOString()}`
  const free = `/api/bookings/availability?businessId=${businessId}&serviceId=${serviceId}&${period}`
  const { slots } = await owner.must<{ slots: { startTime: string }[] }>('GET', free)
  const booking = {
    businessId,
    serviceId,
    startTime: slots[0]?.startTime,
    customer: { name: 'Jean Bartik' },
  }
  console.log(`Barber at the Gate is open, with ${staff.map((one) => one.name).join(' and ')}.`)
  console.log(`  owner     ${account.email}, password: ${account.password}`)
  console.log(`  API key   ${key}   (shown this once)`)
  console.log(`\nWhat is free tomorrow, and its first half hour, booked:`)
  console.log(`  curl -H 'X-API-Key: ${key}' '${url}${free}'`)
  console.log(`  curl -H 'X-API-Key: ${key}' ${url}/api/bookings --json '${JSON.stringify(booking)}'`)
} catch (error) {
  console.error(`Nothing to play with: ${error instanceof Error ? error.message : String(error)}.`)
  process.exitCode = 1
}
