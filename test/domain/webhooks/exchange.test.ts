import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { exchange, headersKept } from '#domain/webhooks/exchange.ts'
import type { OutboundRequest } from '#domain/webhooks/ports.ts'
import { contextOf, monday } from '../../world.ts'

const encoder = new TextEncoder()
let asked: OutboundRequest | undefined

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  vi.setSystemTime(monday)
})
afterEach(() => {
  vi.useRealTimers()
})

function ask(receiver: (request: OutboundRequest) => Promise<Response>) {
  const { webhooks, clock } = contextOf()
  const outbound = (_: string, request: OutboundRequest) => {
    asked = request
    return receiver(request)
  }
  const message = { headers: { 'Content-Type': 'application/json' }, body: '{}' }
  return exchange({ clock, webhooks: { ...webhooks, outbound } }, 'https://receiver.example.com/', message)
}

/** A body that gives so many bytes every so often, and then no more, nor an end. */
function dripping(chunk: number, everyMs: number, chunks = Infinity) {
  let cancelled = false
  let given = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (given === chunks) return new Promise(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, everyMs))
      given += 1
      controller.enqueue(encoder.encode('x'.repeat(chunk)))
    },
    cancel() {
      cancelled = true
    },
  })
  return { body, given: () => given, isCancelled: () => cancelled }
}

describe('an exchange', () => {
  it.each([200, 201, 204, 299])('is a success with status %i', async (status) => {
    const result = await ask(async () => new Response(null, { status }))
    expect(result).toMatchObject({ statusCode: status, errorClass: null })
  })

  it.each([
    [301, 'redirect'],
    [302, 'redirect'],
    [307, 'redirect'],
    [308, 'redirect'],
    [400, 'status'],
    [404, 'status'],
    [410, 'status'],
    [429, 'status'],
    [500, 'status'],
    [503, 'status'],
  ])('is a failure with status %i', async (status, errorClass) => {
    const headers = { Location: 'https://elsewhere.example.com/' }
    const result = await ask(async () => new Response('no', { status, headers }))
    expect(result).toMatchObject({ statusCode: status, errorClass, body: 'no' })
    expect(JSON.parse(headersKept(result.headers))).toMatchObject({ location: headers.Location })
  })

  it('with somebody who hangs up is a failure, even after a good status', async () => {
    const refused = await ask(() => Promise.reject(new Error('Network connection lost.')))
    expect(refused).toMatchObject({ statusCode: null, errorClass: 'connection', body: null })
    const body = new ReadableStream({
      pull(controller) {
        controller.error(new Error('Network connection lost.'))
      },
    })
    const broken = await ask(async () => new Response(body))
    expect(broken).toMatchObject({ statusCode: 200, errorClass: 'connection' })
  })

  it('with somebody who never answers ends after 15 seconds, heeded or not', async () => {
    let result: unknown
    void ask(() => new Promise(() => undefined)).then((outcome) => (result = outcome))
    await vi.advanceTimersByTimeAsync(14_999)
    expect(result).toBeUndefined()
    expect(asked?.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(result).toMatchObject({ statusCode: null, errorClass: 'timeout', durationMs: 15_000 })
    expect(asked?.signal.aborted).toBe(true)
  })

  it('with somebody who answers drop by drop ends after 15 seconds over all of it', async () => {
    const drops = dripping(1, 1_000)
    const done = ask(async () => new Response(drops.body))
    await vi.advanceTimersByTimeAsync(15_000)
    expect(await done).toMatchObject({ statusCode: 200, errorClass: 'timeout', durationMs: 15_000 })
    expect(asked?.signal.aborted).toBe(true)
  })

  it('reads 16 KiB of a body that has no end, and calls it a day', async () => {
    const flood = dripping(10_000, 1)
    const done = ask(async () => new Response(flood.body))
    await vi.advanceTimersByTimeAsync(100)
    const result = await done
    expect(result).toMatchObject({ statusCode: 200, errorClass: null })
    expect(result.body).toHaveLength(16 * 1024)
    expect(flood.given()).toBeLessThanOrEqual(3)
    expect(flood.isCancelled()).toBe(true)
  })

  it('keeps the headers that tell something and fit, no cookie, and nothing that text cannot hold', async () => {
    const headers = { 'X-Request-Id': 'yes', Server: 'x'.repeat(100_000), 'X-Own': 'a', 'Set-Cookie': 'b=c' }
    const result = await ask(async () => new Response('a\0b', { headers }))
    expect(result.body).toBe('a\uFFFDb')
    const kept = headersKept(result.headers)
    expect(kept.length).toBeLessThan(20_000)
    expect(JSON.parse(kept)).toEqual({ 'x-request-id': 'yes', 'content-type': 'text/plain;charset=UTF-8' })
  })
})
