import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { derive } from '#domain/accounts/hashing.ts'
import type { PasswordGuard, Suspect } from '#objects/password-guard.ts'
import { hours, minutes, monday, setClock } from '../world.ts'

beforeEach(() => setClock())

const job = {
  cost: 16,
  blockSize: 8,
  parallelization: 1,
  rounds: 1,
  peppered: new Uint8Array(32).fill(1),
  salt: new Uint8Array(16),
  length: 32,
}
const right = new Uint8Array(await derive(job, async () => undefined))
const wrong = new Uint8Array(32)

const stranger: Suspect = { ledger: 'ada', address: '198.51.100.1', isKnown: false }
const friend: Suspect = { ledger: 'ada at home', address: '198.51.100.2', isKnown: true }

let guards = 0
const aGuard = () => env.PASSWORD_GUARD.getByName(`guard ${(guards += 1)}`)

/** So many wrong passwords, one after the other. */
async function wrongly(guard: DurableObjectStub<PasswordGuard>, count: number, suspect = stranger) {
  const answers = []
  for (let i = 0; i < count; i++) answers.push(await guard.matches(job, wrong, suspect))
  return answers
}

const isRight = { done: true, value: true }
const isWrong = { done: true, value: false }

describe('the guard of passwords', () => {
  it('hashes, and says whether a password comes to a hash', async () => {
    const guard = aGuard()
    expect(await guard.derive(job, stranger)).toEqual({ done: true, value: right })
    expect(await guard.matches(job, right, stranger)).toEqual(isRight)
    expect(await guard.matches(job, wrong, stranger)).toEqual(isWrong)
  })

  it('hashes nothing more for a while after thirty wrong ones, not even the right one', async () => {
    const guard = aGuard()
    expect(await wrongly(guard, 30)).toEqual(Array.from({ length: 30 }, () => isWrong))
    const tooMany = { done: false, refused: 'too_many_attempts', retryAfterMs: 1_000 }
    expect(await guard.matches(job, right, stranger)).toMatchObject(tooMany)
    setClock(monday + 1_000)
    expect(await guard.matches(job, right, stranger)).toEqual(isRight)
    expect(await guard.matches(job, wrong, stranger)).toEqual(isWrong)
    expect(await guard.matches(job, right, stranger)).toMatchObject({ ...tooMany, retryAfterMs: 2_000 })
  })

  it('counts one by one those that come at once', async () => {
    const guard = aGuard()
    await wrongly(guard, 25)
    const answers = await Promise.all(Array.from({ length: 20 }, () => guard.matches(job, wrong, stranger)))
    expect(answers.filter(({ done }) => done)).toHaveLength(5)
  })

  it('holds what strangers do against nobody whom the account knows, nor against another account', async () => {
    const guard = aGuard()
    await wrongly(guard, 30)
    expect(await guard.matches(job, right, friend)).toEqual(isRight)
    expect(await guard.matches(job, right, { ...stranger, ledger: 'grace' })).toEqual(isRight)
    await wrongly(guard, 30, friend)
    expect(await guard.matches(job, right, friend)).toMatchObject({ refused: 'too_many_attempts' })
  })

  it('remembers when it is evicted', async () => {
    const guard = aGuard()
    await wrongly(guard, 30)
    await evictDurableObject(guard)
    expect(await guard.matches(job, right, stranger)).toMatchObject({ refused: 'too_many_attempts' })
  })

  it('says it in so many words when too many wait', async () => {
    const guard = aGuard()
    const answers = await Promise.all(Array.from({ length: 27 }, () => guard.derive(job, stranger)))
    expect(answers.filter(({ done }) => !done)).toEqual([
      { done: false, refused: 'busy' },
      { done: false, refused: 'busy' },
    ])
  })

  it('keeps nothing of right passwords, and sweeps up what is forgiven', async () => {
    const guard = aGuard()
    const rows = () => runInDurableObject(guard, (_, { storage }) => [...storage.kv.list()].length)
    await guard.matches(job, right, stranger)
    expect(await rows()).toBe(0)
    await wrongly(guard, 1)
    await wrongly(guard, 6, friend)
    expect(await rows()).toBe(2)
    setClock(monday + hours)
    expect(await runDurableObjectAlarm(guard)).toBe(true)
    expect(await rows()).toBe(1)
    setClock(monday + 90 * minutes)
    expect(await runDurableObjectAlarm(guard)).toBe(true)
    expect(await rows()).toBe(0)
    expect(await runDurableObjectAlarm(guard)).toBe(false)
  })
})
