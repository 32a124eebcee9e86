import { beforeEach, expect, it } from 'vitest'
import { aKey, aWorld, setClock } from '../../world.ts'
import { ask } from './ask.ts'

let key: string
beforeEach(async () => {
  setClock()
  key = (await aKey(await aWorld())).key
})

const builtIn = ['Direct', 'Phone', 'Website', 'booking.com', 'airbnb', 'expedia']

it('every business knows six sources from its first day, under the same ids', async () => {
  const { status, headers, body } = await ask(key, 'GET', '/sources')
  expect([status, body]).toEqual([
    200,
    {
      data: builtIn.map((name, index) => ({ sourceId: index + 1, name, isCustom: false })),
      meta: { ruid: headers.get('RUID') },
    },
  ])
})

it('a business has sources of its own, which it names once and may delete', async () => {
  const made = await ask(key, 'POST', '/sources', { body: { name: 'Fair' } })
  const { sourceId } = made.body.data
  expect([made.status, made.body.data]).toEqual([201, { sourceId, name: 'Fair', isCustom: true }])
  expect(made.headers.get('Location')).toBe(`/v1/public/sources/${sourceId}`)
  expect((await ask(key, 'POST', '/sources', { body: { name: 'Fair' } })).status).toBe(409)

  const other = (await aKey(await aWorld())).key
  expect((await ask(other, 'DELETE', `/sources/${sourceId}`)).status).toBe(404)
  const deleted = await ask(key, 'DELETE', `/sources/${sourceId}`)
  expect([deleted.status, deleted.text, deleted.headers.get('RUID')]).toEqual([204, '', expect.any(String)])
  expect((await ask(key, 'DELETE', `/sources/${sourceId}`)).status).toBe(404)
})

it('what every business has stays', async () => {
  expect((await ask(key, 'DELETE', '/sources/4')).status).toBe(409)
})

it('a parameter that is not known is not understood', async () => {
  const { status, body } = await ask(key, 'GET', '/sources', { query: { page: 1 } })
  expect([status, body.title, body.errors]).toEqual([
    400,
    'Bad Request',
    { page: ['Page is not a known field'] },
  ])
})
