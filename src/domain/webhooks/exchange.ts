// One request to a receiver and what came back: within a deadline over all of it, and without reading more than is kept.
import type { Context } from '#domain/context.ts'

/** Connecting, sending and reading together take no longer. */
export const deadlineMs = 15_000
/** Of the body, and of the headers together. */
const keptBytes = 16 * 1024

/** Why an attempt failed; null for one that did not. `internal` is a failure of our own. */
export type ErrorClass =
  | 'timeout'
  | 'connection'
  | 'redirect'
  | 'status'
  | 'blocked_url'
  | 'internal'
  | 'lost'
  | null

export interface Exchange {
  durationMs: number
  statusCode: number | null
  headers: Headers
  body: string | null
  errorClass: ErrorClass
}

/** Sends a request and hears the answer out. Never throws: whatever goes wrong is the exchange's outcome. */
export async function exchange(
  { webhooks, clock }: Pick<Context, 'webhooks' | 'clock'>,
  url: string,
  message: { headers: Record<string, string>; body: string },
): Promise<Exchange> {
  const startedAt = clock.now()
  const abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isLate = false
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true
      reject(new Error('deadline'))
    }, deadlineMs)
  })
  // A fetch that ignores the abort signal is not waited for.
  const inTime = <T>(work: Promise<T>): Promise<T> => Promise.race([work, deadline])

  let response: Response | undefined
  let body: string | null = null
  let isBroken = false
  try {
    response = await inTime(webhooks.outbound(url, { method: 'POST', ...message, signal: abort.signal }))
    body = await inTime(readStart(response))
  } catch {
    isBroken = true
  } finally {
    clearTimeout(timer)
    // Closes what was not read to its end.
    abort.abort()
  }
  const statusCode = response?.status ?? null
  return {
    durationMs: clock.now() - startedAt,
    statusCode,
    headers: response?.headers ?? new Headers(),
    body,
    errorClass: isLate ? 'timeout' : isBroken ? 'connection' : errorClassOf(statusCode ?? 0),
  }
}

function errorClassOf(status: number): ErrorClass {
  if (status >= 200 && status < 300) return null
  return status >= 300 && status < 400 ? 'redirect' : 'status'
}

/** The first 16 KiB of the body as text. */
async function readStart({ body }: Response): Promise<string> {
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = body?.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  while (reader && size < keptBytes) {
    const { done, value } = await reader.read()
    if (done) break
    chunks.push(value.subarray(0, keptBytes - size))
    size += value.byteLength
  }
  // The rest of the body is not read.
  reader?.cancel().catch(() => undefined)
  return Buffer.concat(chunks).toString().replaceAll('\0', '\uFFFD')
}

/** Headers that help to find out what went wrong; the others are the receiver's own business. */
const tellingHeaders: ReadonlySet<string> = new Set([
  'allow',
  'cf-ray',
  'content-length',
  'content-type',
  'date',
  'location',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'server',
  'via',
  'x-amzn-requestid',
  'x-correlation-id',
  'x-request-id',
  'x-trace-id',
])

/** The telling headers as JSON: as many whole ones as fit. */
export function headersKept(headers: Headers): string {
  let left = keptBytes
  const kept = [...headers].filter(([name, value]) => {
    const size = name.length + value.length
    if (!tellingHeaders.has(name) || size > left) return false
    left -= size
    return true
  })
  return JSON.stringify(Object.fromEntries(kept))
}
