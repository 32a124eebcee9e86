import { beforeEach, describe, expect, it } from 'vitest'
import { aPerson, aWorld, call, hours, iso, monday, setClock } from '../../world.ts'

beforeEach(() => setClock())

describe('booking a slot', () => {
  it('sells a free slot and shows the booking', async () => {
    const world = await aWorld()
    const ada = await aPerson()
    const body = { businessId: world.businessId, serviceId: world.serviceId, startTime: iso(monday + hours) }
    const answer = await call('POST', '/api/bookings', { token: ada.token, body })
    expect(answer.body).toMatchObject({ status: 'confirmed', staffId: world.staffIds[0], version: 1 })
    expect(answer.status).toBe(201)
    const read = await call('GET', `/api/bookings/${answer.body.id}`, { token: ada.token })
    expect(read.text).toBe(answer.text)
  })
})
