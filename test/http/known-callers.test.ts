import { describe, expect, it } from 'vitest'
import { createKnownCallers } from '#http/known-callers.ts'

const now = Date.UTC(2031, 2, 3, 8)
const key = { type: 'key', keyId: 1, businessId: 2 } as const

describe('a key that storage confirmed', () => {
  it('is known for a quarter of an hour', () => {
    const known = createKnownCallers()
    expect(known.find('a', now)).toBeUndefined()
    known.remember('a', key, now)
    expect(known.find('a', now + 15 * 60_000 - 1)).toMatchObject(key)
    expect(known.find('a', now + 15 * 60_000)).toBeUndefined()
  })

  it('is known no more once storage has refused it', () => {
    const known = createKnownCallers()
    known.remember('a', key, now)
    known.forget('a')
    expect(known.find('a', now)).toBeUndefined()
  })

  it('makes room for the ten-thousandth after it, unless it was confirmed again', () => {
    const known = createKnownCallers()
    known.remember('a', key, now)
    known.remember('b', key, now)
    known.remember('a', key, now)
    for (let index = 1; index <= 9_999; index++) known.remember(`other ${index}`, key, now)
    expect([known.find('a', now), known.find('b', now)]).toEqual([expect.objectContaining(key), undefined])
  })
})
