// Calls in the rubitime dialect.
import { expect, vi } from 'vitest'
import { call } from '../../world.ts'
import type { Answer, World } from '../../world.ts'

/** A call of a method, five seconds after the one before: that is how often a key may call. */
export async function ask(rk: string, method: string, fields: object = {}): Promise<Answer> {
  vi.setSystemTime(Date.now() + 5_000)
  return call('POST', `/api2/${method}`, { body: { ...fields, rk } })
}

/** What a call that goes well answers. */
export async function dataOf(rk: string, method: string, fields: object): Promise<Answer['body']> {
  const { status, body } = await ask(rk, method, fields)
  expect([status, body.status, body.message]).toEqual([200, 'ok', 'Success'])
  return body.data
}

/** What a call is told that does not. */
export async function refusalOf(rk: string, method: string, fields: object): Promise<string> {
  const { status, body } = await ask(rk, method, fields)
  expect([status, body.status, body.data]).toEqual([200, 'error', []])
  return body.message
}

/** What every new record says: where, with whom, what and when. */
export function aRecord({ branchId, staffIds, serviceId }: World, fields: object = {}) {
  return {
    branch_id: branchId,
    cooperator_id: staffIds[0],
    service_id: serviceId,
    status: 0,
    record: '2031-03-04 10:00:00',
    ...fields,
  }
}
