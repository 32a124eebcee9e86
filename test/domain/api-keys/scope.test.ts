import { expect, it } from 'vitest'
import { allows, scopes } from '#domain/api-keys/scope.ts'

const standsFor = (granted: Parameters<typeof allows>[0]) =>
  scopes.filter((wanted) => allows(granted, wanted))

it('reading bookings is reading reservations and locks', () => {
  expect(standsFor(['bookings:read'])).toEqual(['bookings:read', 'reservations.read', 'locks.read'])
})

it('writing bookings is no reading, and no deciding about them', () => {
  expect(standsFor(['bookings:write'])).toEqual([
    'bookings:write',
    'reservations.create',
    'reservations.update',
    'reservations.delete',
    'locks.create',
    'locks.update',
    'locks.delete',
  ])
})

it('what one dialect grants is nothing more in another', () => {
  expect(standsFor(['reservations.read', 'customers:write'])).toEqual([
    'customers:write',
    'reservations.read',
  ])
})
