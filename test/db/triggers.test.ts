import { expect, it } from 'vitest'
import { blockingStatuses, lapsingStatuses } from '#db/bookings/booking-statuses.ts'
import { query } from '../world.ts'

it('the triggers, which no code writes, speak of the statuses that the code knows', async () => {
  const triggers = await query<{ sql: string }>(`select sql from sqlite_master where type = 'trigger'`)
  const lists = triggers.flatMap(({ sql }) =>
    [...sql.matchAll(/status IN \(([^)]+)\)/g)].map(([, words = '']) => words.match(/\w+/g)?.join()),
  )
  expect(new Set(lists)).toEqual(
    new Set([
      blockingStatuses.join(),
      lapsingStatuses.join(),
      lapsingStatuses.filter((status) => status !== 'held').join(),
    ]),
  )
})
