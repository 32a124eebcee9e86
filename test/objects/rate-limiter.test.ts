import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { RateLimiter } from '#objects/rate-limiter.ts'

const HOUR = 60 * 60_000
const TEN = { name: 'default', limit: 10, windowMs: 15 * 60_000 }

const limiterOf = (caller: string) => env.RATE_LIMITER.getByName(caller)
const storageOf = <T>(
  limiter: DurableObjectStub<RateLimiter>,
  look: (storage: DurableObjectStorage) => T | Promise<T>,
) => runInDurableObject(limiter, (_, state) => look(state.storage))

function setNow(instant: number) {
  vi.useFakeTimers({ toFake: ['Date'], now: instant })
}

afterEach(() => {
  vi.useRealTimers()
})

describe('the rate limiter', () => {
  it('admits exactly the limit of fifty who ask at once', async () => {
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => limiterOf('crowd').ask([TEN])))
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(10)
  })

  it('gives nothing back when it is evicted', async () => {
    const limiter = limiterOf('evicted')
    for (let i = 0; i < 7; i++) await limiter.ask([TEN])
    await evictDurableObject(limiter)
    const verdicts = await Promise.all(Array.from({ length: 5 }, () => limiterOf('evicted').ask([TEN])))
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(3)
  })

  it('admits again once the window has passed, and not a millisecond before', async () => {
    const start = Date.UTC(2026, 0, 15, 9, 30)
    setNow(start)
    const once = { name: 'five seconds', limit: 1, windowMs: 5_000 }
    expect(await limiterOf('patient').ask([once])).toMatchObject({ allowed: true })
    setNow(start + 4_999)
    expect(await limiterOf('patient').ask([once])).toMatchObject({ allowed: false, retryAfterMs: 1 })
    setNow(start + 5_000)
    expect(await limiterOf('patient').ask([once])).toMatchObject({ allowed: true })
  })

  it('writes one row for a call it admits and none for a call it refuses', async () => {
    const limiter = limiterOf('thrifty')
    const one = { ...TEN, limit: 2 }
    await limiter.ask([one])
    const rows = await runInDurableObject(limiter, async (object, state) => {
      const put = vi.spyOn(state.storage.kv, 'put')
      const setAlarm = vi.spyOn(state.storage, 'setAlarm')
      const admitted = object.ask([one]).allowed
      const afterAdmitted = put.mock.calls.length
      const refused = object.ask([one]).allowed
      return {
        admitted,
        afterAdmitted,
        refused,
        afterRefused: put.mock.calls.length,
        alarms: setAlarm.mock.calls.length,
      }
    })
    expect(rows).toEqual({ admitted: true, afterAdmitted: 1, refused: false, afterRefused: 1, alarms: 0 })
  })

  it('sweeps up after a caller who has gone, and keeps the alarm while he has not', async () => {
    const start = Date.now()
    setNow(start)
    const limiter = limiterOf('guest')
    await limiter.ask([TEN])
    expect(await storageOf(limiter, (storage) => storage.getAlarm())).toBe(start + HOUR)

    setNow(start + HOUR - 1_000)
    await limiter.ask([TEN])
    setNow(start + HOUR)
    expect(await runDurableObjectAlarm(limiter)).toBe(true)
    expect(await storageOf(limiter, (storage) => storage.getAlarm())).toBe(start + 2 * HOUR)
    expect(await storageOf(limiter, (storage) => [...storage.kv.list()].length)).toBe(1)

    setNow(start + 2 * HOUR)
    expect(await runDurableObjectAlarm(limiter)).toBe(true)
    expect(await storageOf(limiter, (storage) => storage.getAlarm())).toBeNull()
    expect(await storageOf(limiter, (storage) => [...storage.kv.list()].length)).toBe(0)

    expect(await limiter.ask([TEN])).toMatchObject({ allowed: true, policies: [{ remaining: 9 }] })
    expect(await storageOf(limiter, (storage) => storage.getAlarm())).toBe(start + 3 * HOUR)
  })

  it('keeps an account of a window longer than its round of sweeping', async () => {
    const start = Date.now()
    const daily = { name: 'day', limit: 1, windowMs: 24 * HOUR }
    setNow(start)
    const limiter = limiterOf('daily')
    await limiter.ask([daily])
    setNow(start + HOUR)
    await runDurableObjectAlarm(limiter)
    expect(await storageOf(limiter, (storage) => storage.getAlarm())).toBe(start + 24 * HOUR)
    await evictDurableObject(limiter)
    setNow(start + 24 * HOUR - 1)
    expect(await limiterOf('daily').ask([daily])).toMatchObject({ allowed: false, retryAfterMs: 1 })
  })
})

describe('a session that has ended', () => {
  const start = Date.UTC(2026, 0, 15, 9, 30)
  const [ended, other] = [41, 42]

  it('is told apart from others until its last token has run out, and its calls do not count', async () => {
    setNow(start)
    const limiter = limiterOf('signed out')
    await limiter.end(ended, start + 5_000)
    for (let i = 0; i < 20; i++) expect(await limiter.ask([TEN], ended)).toMatchObject({ hasEnded: true })
    expect(await limiter.ask([TEN], other)).toMatchObject({ hasEnded: false, policies: [{ remaining: 9 }] })
    expect(await limiter.ask([TEN])).toMatchObject({ hasEnded: false })
    setNow(start + 5_000)
    expect(await limiter.ask([TEN], ended)).toMatchObject({ hasEnded: false })
  })

  it('can be all of an account', async () => {
    setNow(start)
    const limiter = limiterOf('erased')
    await limiter.end(null, start + 5_000)
    expect(await limiter.ask([TEN], ended)).toMatchObject({ hasEnded: true })
    expect(await limiter.ask([TEN], other)).toMatchObject({ hasEnded: true })
  })

  it('can be asked for alone, and that leaves no trace', async () => {
    const limiter = limiterOf('asked')
    expect(await limiter.ask([], ended)).toMatchObject({ allowed: true, hasEnded: false })
    expect(await storageOf(limiter, (storage) => [...storage.kv.list()].length)).toBe(0)
    expect(await storageOf(limiter, (storage) => storage.getAlarm())).toBeNull()
  })

  it('is remembered when the limiter is evicted, and swept up when it no longer matters', async () => {
    setNow(start)
    const limiter = limiterOf('forgotten')
    await limiter.end(ended, start + 2 * HOUR)
    await evictDurableObject(limiter)
    expect(await limiterOf('forgotten').ask([], ended)).toMatchObject({ hasEnded: true })
    setNow(start + HOUR)
    await runDurableObjectAlarm(limiter)
    expect(await limiter.ask([], ended)).toMatchObject({ hasEnded: true })
    await limiter.end(other, start + 3 * HOUR)
    setNow(start + 3 * HOUR)
    await limiter.end(other, start + 4 * HOUR)
    expect(await storageOf(limiter, (storage) => storage.kv.get('ended'))).toEqual({
      [other]: start + 4 * HOUR,
    })
    setNow(start + 4 * HOUR)
    await runDurableObjectAlarm(limiter)
    expect(await storageOf(limiter, (storage) => [...storage.kv.list()].length)).toBe(0)
  })
})
