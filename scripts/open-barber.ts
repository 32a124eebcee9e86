// A barber in Berlin, opened through the API by its owner, who has signed in.
import type { caller } from './caller.ts'

const TIME_ZONE = 'Europe/Berlin'

interface Created {
  id: number
}

export interface Barber {
  businessId: number
  serviceId: number
  staff: { id: number; name: string }[]
  timeZone: string
}

/** Ada and Grace cut hair for half an hour each, every day from 9 to 12 and from 13 to 16. */
export async function openBarber({ must }: ReturnType<typeof caller>): Promise<Barber> {
  const { id: businessId } = await must<Created>('POST', '/api/businesses', {
    name: 'Barber at the Gate',
    category: 'barber',
    timeZone: TIME_ZONE,
    currency: 'EUR',
    address: { street: 'Torstrasse 1', city: 'Berlin', postalCode: '10119', country: 'DE' },
  })
  const weekly = [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => [
    { weekday, start: '09:00', end: '12:00' },
    { weekday, start: '13:00', end: '16:00' },
  ])
  const staff = []
  for (const name of ['Ada', 'Grace']) {
    const { id } = await must<Created>('POST', '/api/staff', { businessId, name })
    await must('PUT', `/api/staff/${id}/schedule`, { weekly, overrides: [], timeOff: [] })
    staff.push({ id, name })
  }
  const { id: serviceId } = await must<Created>('POST', '/api/services', {
    businessId,
    name: 'Haircut',
    durationMinutes: 30,
    price: { amount: 3500, currency: 'EUR' },
    confirmation: 'instant',
    staffIds: staff.map(({ id }) => id),
  })
  return { businessId, serviceId, staff, timeZone: TIME_ZONE }
}
