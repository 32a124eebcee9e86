import { describe, expect, it } from 'vitest'
import type { Verdict } from '#domain/rate-limits/sliding-window.ts'
import { rateLimitHeaders } from '#dialects/native/rate-limits.ts'
import { authPolicy, defaultPolicy } from '#domain/rate-limits/policies.ts'
import { askLimiter, clientAddress } from '#http/limiter.ts'
import type { RateLimiterNamespace } from '#http/limiter.ts'

const NOW = Date.UTC(2026, 0, 15, 9, 30)

describe('the address a caller is counted by', () => {
  const addressOf = (ip?: string) =>
    clientAddress(
      new Request('https://slotkeeper.test/', {
        headers: ip === undefined ? {} : { 'CF-Connecting-IP': ip },
      }),
    )

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:0:0', '0.0.0.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['2001:db8::1', '2001:db8::/64'],
    ['2001:db8:0:0:9::', '2001:db8::/64'],
    ['2001:0:0:1::', '2001:0:0:1::/64'],
    ['::1', '::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['64:ff9b::ffff:1:2', '64:ff9b::/64'],
  ])('%s counts as %s', (ip, address) => {
    expect(addressOf(ip)).toBe(address)
  })

  it.each([
    '',
    '256.1.1.1',
    '1.2.3',
    '0177.0.0.1',
    '2130706433',
    'localhost',
    'fe80::1%eth0',
    '::1]/@[::2',
    '1::2::3',
    ':',
    'cafe',
    '203.0.113.7, 10.0.0.1',
  ])('what is no address (%j) counts as unknown', (ip) => {
    expect(addressOf(ip)).toBe('unknown')
  })

  it('does not believe headers that a caller can write', () => {
    expect(addressOf()).toBe('unknown')
    const headers = {
      'X-Forwarded-For': '203.0.113.7',
      'X-Real-IP': '203.0.113.7',
      Forwarded: 'for=203.0.113.7',
    }
    expect(clientAddress(new Request('https://slotkeeper.test/', { headers }))).toBe('unknown')
  })
})

describe('the headers of an answer', () => {
  it('name the policy, what is left of it and when there will be more', () => {
    const policies = [{ ...defaultPolicy, remaining: 42, resetMs: 16_001 }]
    expect(rateLimitHeaders({ allowed: true, retryAfterMs: 0, policies })).toEqual({
      'RateLimit-Policy': '"default";q=500;w=900',
      RateLimit: '"default";r=42;t=17',
    })
  })

  it('list every policy and report the one with the least left', () => {
    const policies = [
      { ...defaultPolicy, remaining: 480, resetMs: 1_000 },
      { ...authPolicy, remaining: 7, resetMs: 60_000 },
    ]
    expect(rateLimitHeaders({ allowed: true, retryAfterMs: 0, policies })).toEqual({
      'RateLimit-Policy': '"default";q=500;w=900, "auth";q=20;w=900',
      RateLimit: '"auth";r=7;t=60',
    })
  })

  it('tell a refused caller when to come back, in whole seconds and never too early', () => {
    const policies = [
      { ...defaultPolicy, remaining: 0, resetMs: 500 },
      { ...authPolicy, remaining: 0, resetMs: 29_001 },
    ]
    expect(rateLimitHeaders({ allowed: false, retryAfterMs: 29_001, policies })).toEqual({
      'RateLimit-Policy': '"default";q=500;w=900, "auth";q=20;w=900',
      RateLimit: '"auth";r=0;t=30',
      'Retry-After': '30',
    })
  })

  it('are none where no policy applies', () => {
    expect(rateLimitHeaders({ allowed: true, retryAfterMs: 0, policies: [] })).toEqual({})
  })
})

describe('asking the limiter', () => {
  /** A limiter that gives the same answer each time and notes who asked. */
  function aLimiter(answer: (caller: string) => Verdict) {
    const asked: string[] = []
    const stubs = new Set<object>()
    const namespace: RateLimiterNamespace = {
      getByName(name) {
        const stub = {
          ask() {
            asked.push(name)
            return Promise.resolve().then(() => answer(name))
          },
        }
        stubs.add(stub)
        return stub
      },
    }
    return { namespace, asked, stubs }
  }

  const admitted: Verdict = {
    allowed: true,
    retryAfterMs: 0,
    policies: [{ ...authPolicy, remaining: 1, resetMs: 9 }],
  }
  const refused: Verdict = {
    allowed: false,
    retryAfterMs: 10_000,
    policies: [
      { ...defaultPolicy, remaining: 480, resetMs: 4_000 },
      { ...authPolicy, remaining: 0, resetMs: 10_000 },
    ],
  }
  const both = [defaultPolicy, authPolicy]

  it('asks the object of that caller, with a new stub for every call', async () => {
    const { namespace, asked, stubs } = aLimiter(() => admitted)
    for (const caller of ['a', 'a', 'b'])
      expect(await askLimiter(namespace, caller, both, NOW)).toEqual(admitted)
    expect(asked).toEqual(['a', 'a', 'b'])
    expect(stubs.size).toBe(3)
  })

  it('asks about a session where its account is counted, in the same call if that is the caller', async () => {
    const questions: unknown[] = []
    const namespace: RateLimiterNamespace = {
      getByName: (name) => ({
        ask: async (policies, sessionId) => {
          questions.push([name, policies.length, sessionId])
          return { ...admitted, hasEnded: sessionId === 41 }
        },
      }),
    }
    const asking = (caller: string, sessionId: number) =>
      askLimiter(namespace, caller, both, NOW, { accountId: 7, sessionId })
    expect(await asking('user:7', 41)).toEqual({ ...admitted, hasEnded: true })
    expect(await asking('ip:203.0.113.7', 41)).toEqual({ ...admitted, hasEnded: true })
    expect(await asking('ip:203.0.113.7', 42)).toEqual({ ...admitted, hasEnded: false })
    expect(questions).toEqual([
      ['user:7', 2, 41],
      ['ip:203.0.113.7', 2, undefined],
      ['user:7', 0, 41],
      ['ip:203.0.113.7', 2, undefined],
      ['user:7', 0, 42],
    ])
  })

  it('remembers a refusal until it lapses, counting down, and does not disturb the object meanwhile', async () => {
    const { namespace, asked } = aLimiter(() => refused)
    expect(await askLimiter(namespace, 'a', both, NOW)).toEqual(refused)
    expect(await askLimiter(namespace, 'a', both, NOW + 6_500)).toEqual({
      allowed: false,
      retryAfterMs: 3_500,
      policies: [
        { ...defaultPolicy, remaining: 480, resetMs: 0 },
        { ...authPolicy, remaining: 0, resetMs: 3_500 },
      ],
    })
    await askLimiter(namespace, 'a', both, NOW + 9_999)
    expect(asked).toHaveLength(1)
    await askLimiter(namespace, 'a', both, NOW + 10_000)
    expect(asked).toHaveLength(2)
  })

  it('does not hold a refusal against another caller, other policies or another limiter', async () => {
    const { namespace, asked } = aLimiter(() => refused)
    await askLimiter(namespace, 'a', both, NOW)
    await askLimiter(namespace, 'b', both, NOW)
    await askLimiter(namespace, 'a', [defaultPolicy], NOW)
    expect(asked).toEqual(['a', 'b', 'a'])
    const other = aLimiter(() => admitted)
    expect(await askLimiter(other.namespace, 'a', both, NOW)).toEqual(admitted)
  })

  it('asks again rather than trust a refusal from the future, when the clock stepped back', async () => {
    const { namespace, asked } = aLimiter(() => refused)
    await askLimiter(namespace, 'a', both, NOW)
    await askLimiter(namespace, 'a', both, NOW - 60_000)
    expect(asked).toHaveLength(2)
  })

  it('remembers ten thousand refusals and lets the oldest go first', async () => {
    const { namespace, asked } = aLimiter(() => refused)
    for (let i = 0; i <= 10_000; i++) await askLimiter(namespace, `caller ${i}`, both, NOW)
    await askLimiter(namespace, 'caller 10000', both, NOW)
    await askLimiter(namespace, 'caller 1', both, NOW)
    expect(asked).toHaveLength(10_001)
    await askLimiter(namespace, 'caller 0', both, NOW)
    expect(asked).toHaveLength(10_002)
  })

  it('lets nobody through uncounted when the object fails, and says so', async () => {
    const cause = new Error('Network connection lost')
    const { namespace } = aLimiter(() => {
      throw cause
    })
    await expect(askLimiter(namespace, 'a', both, NOW)).rejects.toMatchObject({
      name: 'DomainError',
      kind: 'unavailable',
      retryAfterSeconds: 1,
      cause,
    })
  })
})
