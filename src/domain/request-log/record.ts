// One request as the log keeps it: masked, its bodies cut, its sums taken of what really came and went.
import { maskJson, maskPath, maskQuery, maskText } from './mask.ts'

/** What the index knows of a request. */
export interface LogEntry {
  id: number
  requestId: string
  /** The key's business; of an account's request the one it speaks of, which storage has yet to confirm. */
  businessId: number | null
  accountId: number | null
  keyId: number | null
  method: string
  route: string | null
  path: string
  status: number
  durationMs: number
  errorCode: string | null
  bookingId: number | null
  createdAt: number
}

export interface LoggedBody {
  /** Bytes of the whole body. */
  length: number
  /** Of the whole body as it was, in hex; null when it held a secret, or was not read. */
  sha256: string | null
  /** JSON, masked; null when it is not JSON. */
  text: string | null
  /** The text is not all of it. */
  truncated: boolean
}

export interface LoggedMessage {
  headers: Record<string, string>
  body: LoggedBody | null
}

/** The record in its object; the index has a part of it. */
export interface RequestRecord {
  entry: LogEntry
  query: { name: string; value: string }[]
  request: LoggedMessage
  response: LoggedMessage
}

/** What the door has seen of a request by the time it is answered. */
export interface Observation {
  id: number
  requestId: string
  caller: { accountId: number } | { keyId: number; businessId: number }
  url: URL
  method: string
  route: string | null
  status: number
  startedAt: number
  endedAt: number
  requestHeaders: Headers
  /** Undefined when it was refused before it was read. */
  requestBody: string | undefined
  responseHeaders: Headers
  responseBody: string
}

/** Of a body, masked, this much is kept. */
export const bodyKeptBytes = 64 * 1024
const headerKept = 256

const headersKept = [
  'Accept',
  'Accept-Language',
  'Content-Length',
  'Content-Type',
  'ETag',
  'Idempotent-Replayed',
  'If-Match',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'User-Agent',
  'WWW-Authenticate',
  'X-D1-Bookmark',
]

const encoder = new TextEncoder()

/** Masks what was seen; nothing of it is kept in any other form. */
export async function toRecord(seen: Observation): Promise<RequestRecord> {
  const { id, requestId, caller, url, method, route, status, startedAt, endedAt } = seen
  const isError = status >= 400
  const asked = parsed(seen.requestBody)
  const answered = parsed(seen.responseBody)
  const idempotencyKey = seen.requestHeaders.get('Idempotency-Key')
  const key = 'keyId' in caller ? caller : undefined
  return {
    entry: {
      id,
      requestId,
      businessId: key?.businessId ?? businessOf(seen, asked, answered),
      accountId: 'accountId' in caller ? caller.accountId : null,
      keyId: key?.keyId ?? null,
      method,
      route,
      path: maskPath(url.pathname, route).slice(0, 512),
      status,
      durationMs: endedAt - startedAt,
      errorCode: isError ? textIn(answered, 'code') : null,
      bookingId: isError ? null : bookingOf(seen, answered),
      createdAt: startedAt,
    },
    query: maskQuery(url.searchParams).slice(0, 100),
    request: {
      headers: {
        ...kept(seen.requestHeaders),
        ...(idempotencyKey && {
          'idempotency-key': `sha256:${await sha256(encoder.encode(idempotencyKey))}`,
        }),
      },
      body: await toBody(seen.requestBody, asked, lengthSaid(seen.requestHeaders)),
    },
    response: {
      headers: kept(seen.responseHeaders),
      body: await toBody(seen.responseBody, answered, 0, isError),
    },
  }
}

function kept(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    headersKept.flatMap((name) => {
      const value = headers.get(name)
      return value === null ? [] : [[name.toLowerCase(), maskText(value).slice(0, headerKept)]]
    }),
  )
}

async function toBody(
  body: string | undefined,
  json: unknown,
  unreadLength: number,
  isError = false,
): Promise<LoggedBody | null> {
  if (body === undefined) {
    return unreadLength > 0 ? { length: unreadLength, sha256: null, text: null, truncated: true } : null
  }
  if (body === '') return null
  const bytes = encoder.encode(body)
  const length = bytes.length
  if (json === undefined) {
    // Nobody knows what is in it, so it may only not look like a secret.
    const suspicious = /passw|secret|token/i.test(body) || maskText(body) !== body
    return { length, sha256: suspicious ? null : await sha256(bytes), text: null, truncated: true }
  }
  const { value, hadSecret } = maskJson(json, { isError })
  const masked = encoder.encode(JSON.stringify(value))
  const text = new TextDecoder().decode(masked.subarray(0, bodyKeptBytes), { stream: true })
  return {
    length,
    sha256: hadSecret ? null : await sha256(bytes),
    text,
    truncated: masked.length > bodyKeptBytes,
  }
}

function lengthSaid(headers: Headers): number {
  const length = Number(headers.get('Content-Length') ?? 0)
  return Number.isSafeInteger(length) ? length : 0
}

async function sha256(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex')
}

function parsed(text: string | undefined): unknown {
  try {
    return text ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}

/** The business that a request speaks of: its answer knows best, then its address, then what was sent. */
function businessOf({ url, route }: Observation, asked: unknown, answered: unknown): number | null {
  const inPath = parameter(url, route, route?.startsWith('/api/businesses/') ? 'id' : 'businessId')
  return (
    idIn(answered, 'businessId') ??
    inPath ??
    toId(url.searchParams.get('businessId')) ??
    idIn(asked, 'businessId')
  )
}

/** The booking that a request has made, changed or read. */
function bookingOf({ url, route }: Observation, answered: unknown): number | null {
  if (!route?.includes('/bookings')) return null
  return idIn(answered, 'holdId') ?? idIn(answered, 'id') ?? parameter(url, route, 'id')
}

function parameter({ pathname }: URL, route: string | null, name: string): number | null {
  const index = route?.split('/').indexOf(`{${name}}`) ?? -1
  return index < 0 ? null : toId(pathname.split('/')[index])
}

function idIn(json: unknown, name: string): number | null {
  return toId(fieldIn(json, name))
}

function textIn(json: unknown, name: string): string | null {
  const field = fieldIn(json, name)
  return typeof field === 'string' ? field : null
}

function fieldIn(json: unknown, name: string): unknown {
  const isObject = typeof json === 'object' && json !== null && Object.hasOwn(json, name)
  return isObject ? (json as Record<string, unknown>)[name] : undefined
}

function toId(value: unknown): number | null {
  const id = typeof value === 'number' || (typeof value === 'string' && value !== '') ? Number(value) : NaN
  return Number.isSafeInteger(id) && id > 0 ? id : null
}
