// What a guest has to do with reservations: they are made for somebody, who has a list of them, and leaves when they are over.
import { beforeEach, expect, it } from 'vitest'
import { aGuest, aHouse, book } from '../../domain/stays/house.ts'
import type { House } from '../../domain/stays/house.ts'
import { counted } from '../../round-trips.ts'
import { aKey, aWorld, query, setClock } from '../../world.ts'
import { ask } from './ask.ts'

let house: House
beforeEach(async () => {
  setClock()
  house = await aHouse({ rooms: 2 })
})

const stay = async (arrival: string, departure: string, more: object = {}): Promise<number> => {
  const { status, body } = await book(house, arrival, departure, more)
  expect([status, body.errors ?? body.detail]).toEqual([201, undefined])
  return body.data.reservationId
}
const staysOf = async (guestId: number, asked: Record<string, string | number> = {}) => {
  const { status, body } = await ask(house.key, 'GET', `/guests/${guestId}/stays`, { query: asked })
  expect([status, body.errors]).toEqual([200, undefined])
  return body
}
const idsOf = ({ data }: { data: { reservationId: number }[] }) =>
  data.map(({ reservationId }) => reservationId)

it('a guest has their stays, the latest arrival first, by page', async () => {
  const may = await stay('2031-05-01', '2031-05-03')
  const july = await stay('2031-07-01', '2031-07-03')
  const june = await stay('2031-06-01', '2031-06-03')
  await stay('2031-08-01', '2031-08-03', { clientId: await aGuest(house) })
  const whole = await staysOf(house.guestId)
  expect(idsOf(whole)).toEqual([july, june, may])
  expect(whole.data[0]).toEqual((await ask(house.key, 'GET', `/reservations/${july}`)).body.data)
  const second = await staysOf(house.guestId, { limit: 2, page: 2 })
  expect(idsOf(second)).toEqual([may])
  expect(second.meta).toMatchObject({ totalItems: 3, totalPages: 2, currentPage: 2, itemsPerPage: 2 })
})

it('what was called off is no stay', async () => {
  const id = await stay('2031-05-01', '2031-05-03')
  await ask(house.key, 'DELETE', `/reservations/${id}`)
  expect(idsOf(await staysOf(house.guestId))).toEqual([])
})

it('another business’s guest has none to be seen', async () => {
  await stay('2031-05-01', '2031-05-03')
  const other = (await aKey(await aWorld())).key
  expect((await ask(other, 'GET', `/guests/${house.guestId}/stays`)).status).toBe(404)
  expect((await ask(house.key, 'GET', '/guests/1/stays')).status).toBe(404)
})

it('the list is read in one round trip, however many stays others have', async () => {
  await stay('2031-05-01', '2031-05-03')
  await staysOf(house.guestId)
  const path = `https://slotkeeper.test/v1/public/guests/${house.guestId}/stays`
  const read = () => counted(new Request(path, { headers: { Authorization: `Bearer ${house.key}` } }))
  const other = await aGuest(house)
  const others = async (year: number) => {
    for (const month of ['06', '07', '08', '09', '10', '11', '12']) {
      await stay(`${year}-${month}-01`, `${year}-${month}-03`, { clientId: other })
    }
  }
  await others(2031)
  const few = await read()
  expect([few.steps, few.response.status]).toEqual([1, 200])
  await others(2032)
  expect((await read()).rowsRead).toBe(few.rowsRead)
})

it('a guest is written down with their reservation, with all that is said of them', async () => {
  const client = { name: 'Kos', forename: 'Ana', email: 'kos@example.com', lang: 'sl', clientType: 'REGULAR' }
  const id = await stay('2031-05-01', '2031-05-03', { clientId: undefined, client })
  const { clientId } = (await ask(house.key, 'GET', `/reservations/${id}`)).body.data
  expect((await ask(house.key, 'GET', `/guests/${clientId}`)).body.data).toMatchObject({
    clientId,
    ...client,
  })
  const found = await ask(house.key, 'GET', '/guests', { query: { search: 'kos' } })
  expect(found.body.data).toMatchObject([{ clientId }])
})

it('a guest with a stay to come stays; afterwards their past stays keep their room, and name nobody', async () => {
  const id = await stay('2031-05-01', '2031-05-03')
  const remove = async () => (await ask(house.key, 'DELETE', `/guests/${house.guestId}`)).status
  expect(await remove()).toBe(409)
  setClock(Date.UTC(2031, 4, 4))
  await query(`update bookings set status = 'completed' where id = ?`, id)
  expect(await remove()).toBe(204)
  expect((await ask(house.key, 'GET', `/reservations/${id}`)).body.data).toMatchObject({
    clientId: null,
    roomId: house.rooms[0],
  })
})
