import { Context } from 'hono'
import { expect, it } from 'vitest'
import { limitBody } from '#http/body-limit.ts'
import type { Hallway } from '#http/hallway.ts'

it('what comes with a GET is left alone, for no request with a body could be made of it', async () => {
  const { body } = new Response('{"site_id": 13}')
  const raw = { method: 'GET', url: 'https://slotkeeper.test/', headers: new Headers(), body } as Request
  const c = new Context<Hallway>(raw)
  await limitBody(c, () => Promise.resolve())
  expect(c.req.raw).toBe(raw)
})
