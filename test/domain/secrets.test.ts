// The limits of what a business may do with its secrets, whichever way it asks.
import { beforeEach, expect, it } from 'vitest'
import { createApiKey, mostRanges } from '#domain/api-keys/create-api-key.ts'
import { getKeyUsage, longestUsageDays } from '#domain/api-keys/get-key-usage.ts'
import { rotateApiKey } from '#domain/api-keys/rotate-api-key.ts'
import { addDays } from '#domain/schedules/wall-clock.ts'
import { longestGraceHours } from '#domain/secrets.ts'
import { createWebhook } from '#domain/webhooks/create-webhook.ts'
import { rotateSecret } from '#domain/webhooks/rotate-secret.ts'
import { aKey, aWorld, contextOf, setClock } from '../world.ts'

beforeEach(() => setClock())

it('a secret that is replaced stays good for a week at most', async () => {
  const world = await aWorld()
  const { id } = await aKey(world)
  const ctx = () => contextOf(world.owner)
  const tooLong = { kind: 'invalid', code: 'rotation.grace_too_long' }
  const graceHours = longestGraceHours + 1
  await expect(rotateApiKey(ctx(), { id, graceHours })).rejects.toMatchObject(tooLong)
  const webhook = await createWebhook(ctx(), {
    businessId: world.businessId,
    url: 'https://studio-nord.example.com/hooks',
    events: ['booking.*'],
    format: 'native',
  })
  await expect(rotateSecret(ctx(), webhook.id, graceHours)).rejects.toMatchObject(tooLong)
  await rotateApiKey(ctx(), { id, graceHours: longestGraceHours })
  await rotateSecret(ctx(), webhook.id, longestGraceHours)
})

it('a key is held against a hundred ranges of addresses at most', async () => {
  const { businessId, owner } = await aWorld()
  const create = (count: number) =>
    createApiKey(contextOf(owner), {
      businessId,
      name: 'Website',
      scopes: ['bookings:read'],
      allowedIps: Array.from({ length: count }, (_, nth) => `192.0.2.${nth}`),
    })
  await expect(create(mostRanges + 1)).rejects.toMatchObject({ kind: 'invalid', code: 'key.invalid_range' })
  await create(mostRanges)
})

it('the uses of a key are told of three months at most', async () => {
  const world = await aWorld()
  const { id } = await aKey(world)
  const tell = (days: number) =>
    getKeyUsage(contextOf(world.owner), { id, fromOn: '2031-01-01', toOn: addDays('2031-01-01', days - 1) })
  await expect(tell(longestUsageDays + 1)).rejects.toMatchObject({
    kind: 'invalid',
    code: 'key.too_many_days',
  })
  expect((await tell(longestUsageDays)).uses).toEqual([])
})
