import { afterEach, describe, expect, it, vi } from 'vitest'
import { derive, inTurn } from '#domain/accounts/hashing.ts'

afterEach(() => {
  vi.useRealTimers()
})

const job = {
  cost: 16_384,
  blockSize: 8,
  parallelization: 1,
  rounds: 3,
  peppered: new Uint8Array(32),
  salt: new Uint8Array(16),
  length: 32,
}

const stranger = (address: string) => ({ address, isKnown: false })
const known = (address: string) => ({ address, isKnown: true })

/** Who was served, in order; who was turned away. */
function aDay() {
  const served: string[] = []
  const turnedAway: string[] = []
  const come = (name: string, asker: ReturnType<typeof stranger>): Promise<unknown> =>
    inTurn(asker, async () => void served.push(name)).catch((error: { code?: string }) => {
      expect(error).toMatchObject({ kind: 'unavailable', code: 'auth.busy', retryAfterSeconds: 2 })
      turnedAway.push(name)
    })
  return { served, turnedAway, come }
}

describe('the line before the hash', () => {
  it('serves one at a time, in order of arrival', async () => {
    const log: string[] = []
    const work = (name: string) =>
      inTurn(stranger(name), async (breathe) => {
        log.push(`${name} begins`)
        await breathe()
        log.push(`${name} ends`)
      })
    await Promise.all(['a', 'b', 'c'].map(work))
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  })

  it('serves those whom their accounts know before strangers', async () => {
    const { served, come } = aDay()
    await Promise.all([
      come('first', stranger('1')),
      come('stranger', stranger('2')),
      come('friend', known('3')),
    ])
    expect(served).toEqual(['friend', 'first', 'stranger'])
  })

  it('serves one of each address before a second of any', async () => {
    const { served, come } = aDay()
    const many = [1, 2, 3, 4].map((i) => come(`crowd ${i}`, stranger('1')))
    await Promise.all([...many, come('other', stranger('2'))])
    expect(served).toEqual(['crowd 1', 'other', 'crowd 2', 'crowd 3', 'crowd 4'])
  })

  it('has room for all that one address may ask for in a quarter of an hour', async () => {
    const { turnedAway, come } = aDay()
    await Promise.all(Array.from({ length: 20 }, (_, i) => come(`${i}`, stranger('1'))))
    expect(turnedAway).toEqual([])
  })

  it('when it is full, turns away strangers of the most crowded address, never a friend', async () => {
    const { served, turnedAway, come } = aDay()
    const crowd = Array.from({ length: 24 }, (_, i) => come(`crowd ${i}`, stranger('1')))
    const others = [come('other', stranger('2')), come('late', stranger('3')), come('friend', known('4'))]
    const last = come('crowd again', stranger('1'))
    await Promise.all([...crowd, ...others, last])
    expect(turnedAway.toSorted()).toEqual(['crowd 22', 'crowd 23', 'crowd again'])
    expect(served).toHaveLength(25)
    expect(served.slice(0, 4)).toEqual(['friend', 'crowd 0', 'other', 'late'])
  })

  it('goes on after one that failed', async () => {
    const failing = inTurn(stranger('1'), async () => {
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await inTurn(stranger('1'), async () => 'served')).toBe('served')
  })

  it('forgets those who went without a word, instead of waiting for them for ever', async () => {
    vi.useFakeTimers({ now: Date.now() - 60_000 })
    for (let i = 0; i < 25; i++) void inTurn(stranger('1'), async () => undefined)
    vi.useRealTimers()
    expect(await inTurn(stranger('1'), async () => 'served')).toBe('served')
  })
})

describe('a hash', () => {
  it('leaves room for others before each of its rounds', async () => {
    const seen: string[] = []
    const others = setInterval(() => seen.push('other'), 1)
    await inTurn(stranger('1'), (breathe) =>
      derive(job, async () => {
        seen.push('round')
        await breathe()
      }),
    )
    clearInterval(others)
    const rounds = seen.join(' ').split('round').slice(1)
    expect(rounds).toHaveLength(3)
    for (const round of rounds) expect(round).toContain('other')
  })
})
