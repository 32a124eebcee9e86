import { expect, it } from 'vitest'
import { blockingStatuses, lapsingStatuses } from '#db/bookings/booking-statuses.ts'
import { mostInGroup } from '#db/booking-groups.ts'
import { mostBranches } from '#db/branches.ts'
import { mostMemberships } from '#db/members.ts'
import { mostRates } from '#db/rates.ts'
import { mostRoomTypes } from '#db/room-types.ts'
import { mostSources } from '#db/sources.ts'
import { mostHolds, mostHoldsOfKeys, mostOpen } from '#domain/bookings/limits.ts'
import { errorCodes } from '#domain/error-codes.ts'
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

it('the triggers count as far as the code says', async () => {
  const triggers = await query<{ sql: string }>(`select sql from sqlite_master where type = 'trigger'`)
  const numbers = (word: string, pattern: RegExp) =>
    triggers
      .filter(({ sql }) => sql.includes(`'${word}'`))
      .flatMap(({ sql }) => [...sql.matchAll(pattern)].flatMap((found) => found.slice(1).map(Number)))
  expect(numbers('too_many_holds', /WHEN 0 THEN (\d+) ELSE (\d+) END/g)).toEqual([mostHoldsOfKeys, mostHolds])
  expect(numbers('too_many_open', /\) >= (\d+);/g)).toEqual([mostOpen, mostOpen])
  expect(numbers('too_many_memberships', /WHEN (\d+) <=/g)).toEqual([mostMemberships])
  expect(numbers('too_many_branches', /WHEN (\d+) <=/g)).toEqual([mostBranches])
  expect(numbers('too_many_sources', /WHEN (\d+) <=/g)).toEqual([mostSources])
  expect(numbers('group_full', /AND (\d+) <= .* LIMIT (\d+)/g)).toEqual([mostInGroup, mostInGroup])
  expect(errorCodes['booking.group_full'].message).toBe(`Maximum ${mostInGroup} reservations in a group`)
  expect(errorCodes['branch.too_many'].message).toBe(`Maximum ${mostBranches} branches`)
  expect(errorCodes['source.too_many'].message).toBe(`Maximum ${mostSources} sources`)
  expect(numbers('too_many_rates', /WHEN (\d+) <=/g)).toEqual([mostRates])
  expect(numbers('too_many_room_types', /WHEN (\d+) <=/g)).toEqual([mostRoomTypes])
  expect(errorCodes['rate.too_many'].message).toBe(`Maximum ${mostRates} rates`)
  expect(errorCodes['room_type.too_many'].message).toBe(`Maximum ${mostRoomTypes} room types`)
  const [services] = numbers('too_many_services', /WHEN (\d+) <=/g)
  const [staff] = numbers('too_many_resources', /WHEN (\d+) <=/g)
  expect(errorCodes['service.too_many'].message).toBe(`Maximum ${services} services`)
  expect(errorCodes['staff.too_many'].message).toBe(`Maximum ${staff} staff members`)
})
