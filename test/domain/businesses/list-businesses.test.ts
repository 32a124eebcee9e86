import { expect, it } from 'vitest'
import { listBusinesses, longestRadiusKm } from '#domain/businesses/list-businesses.ts'
import { contextOf, setClock } from '../../world.ts'

it('the circle of a search is no larger than the index is made for, whichever way it is asked', async () => {
  setClock()
  const search = (radiusKm: number) =>
    listBusinesses(
      contextOf(),
      { near: { latitude: 52.5, longitude: 13.4, radiusKm } },
      { page: 1, limit: 10 },
    )
  await expect(search(longestRadiusKm + 1)).rejects.toMatchObject({
    kind: 'invalid',
    code: 'business.radius_too_large',
    errors: [{ field: 'radiusKm', message: 'Maximum 200' }],
  })
  expect((await search(longestRadiusKm)).total).toBe(0)
})
