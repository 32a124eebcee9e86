// One request as the log keeps it: whole, but for credentials, and for what is beyond 64 KiB of a body.
import type { Row } from '#db/database.ts'
import type { requestLogs } from '#db/logs/request-logs.ts'
import {
  isSuspicious,
  maskAt,
  maskCredentials,
  maskParameter,
  maskPath,
  maskSuspects,
  maskVouched,
} from './mask.ts'
import type { FieldPath, Parameter } from './mask.ts'

/** What a request was about, as far as it says so itself, and in whose words it was said. */
export type Subject = Pick<Row<typeof requestLogs>, 'dialect' | 'businessId' | 'subject' | 'subjectId'>

/** What the index knows of a request. */
export interface LogEntry extends Subject {
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
  createdAt: number
}

/** Why a body has no text: it may hold a credential, nobody has read it, it is too large, or somebody in it was erased. */
export type Withholding = 'secret' | 'unread' | 'large' | 'erased'

export interface LoggedBody {
  /** Bytes of the whole body. */
  length: number
  text: string | null
  /** The text is not all of it. */
  truncated: boolean
  withheld: Withholding | null
}

export interface LoggedMessage {
  headers: Record<string, string>
  body: LoggedBody | null
}

/** The record in its object, beside what the index knows. */
export interface RequestRecord {
  id: number
  query: Parameter[]
  request: LoggedMessage
  response: LoggedMessage
}

/** Where the credentials stand in those parts of a request that were found to fit a schema, and in the answer's. */
export interface Secrets {
  query?: readonly FieldPath[] | undefined
  body?: readonly FieldPath[] | undefined
  answer?: readonly FieldPath[] | undefined
}

/** What the door has seen of a request by the time it is answered. */
export interface Observation {
  id: number
  requestId: string
  caller: { accountId: number } | { keyId: number; businessId: number }
  subject: Subject
  url: URL
  method: string
  route: string | null
  status: number
  startedAt: number
  endedAt: number
  errorCode: string | null
  secrets: Secrets
  requestHeaders: Headers
  /** Undefined when nobody has read it. */
  requestBody: string | undefined
  responseHeaders: Headers
  responseBody: string | undefined
}

/** How much of a body is kept. */
export const bodyKeptBytes = 64 * 1024
const headerKept = 256
const parametersKept = 100

const requestHeadersKept = [
  'Accept',
  'Accept-Language',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'User-Agent',
]
const responseHeadersKept = ['Content-Type', 'ETag', 'Idempotent-Replayed', 'RateLimit', 'Retry-After']

const encoder = new TextEncoder()

/** What may be kept of what was seen. */
export function toRecord(seen: Observation): { entry: LogEntry; record: RequestRecord } {
  const { id, requestId, caller, subject, url, method, route, status, startedAt, endedAt, secrets } = seen
  const isGood = seen.errorCode === null
  const key = 'keyId' in caller ? caller : undefined
  const path = maskPath(url.pathname, route)
  const query = toQuery(url.searchParams, secrets.query)
  const asked = toBody(seen.requestBody, secrets.body, lengthSaid(seen.requestHeaders))
  const answered = toBody(seen.responseBody, isGood ? secrets.answer : [], 0)
  // The answer of a refusal may quote the input that it refuses.
  const isQuoting = !isGood && (query.isMasked || asked?.withheld === 'secret')
  return {
    entry: {
      id,
      requestId,
      businessId: key?.businessId ?? subject.businessId,
      accountId: 'accountId' in caller ? caller.accountId : null,
      keyId: key?.keyId ?? null,
      dialect: subject.dialect,
      method,
      route,
      path,
      status,
      durationMs: endedAt - startedAt,
      errorCode: seen.errorCode,
      subject: subject.subject,
      subjectId: subject.subjectId,
      createdAt: startedAt,
    },
    record: {
      id,
      query: query.parameters,
      request: { headers: keepHeaders(seen.requestHeaders, requestHeadersKept), body: asked },
      response: {
        headers: keepHeaders(seen.responseHeaders, responseHeadersKept),
        body: answered && isQuoting ? withheld(answered.length, 'secret') : answered,
      },
    },
  }
}

/** The same record without a body's text. */
export function withoutTexts(record: RequestRecord, reason: Withholding): RequestRecord {
  const bare = ({ headers, body }: LoggedMessage) => ({
    headers,
    body: body && withheld(body.length, reason),
  })
  return { ...record, request: bare(record.request), response: bare(record.response) }
}

function withheld(length: number, reason: Withholding): LoggedBody {
  return { length, text: null, truncated: true, withheld: reason }
}

function keepHeaders(headers: Headers, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of names) {
    const value = headers.get(name)
    if (value !== null) found[name.toLowerCase()] = maskSuspects(value.slice(0, headerKept))
  }
  return found
}

function toQuery(query: URLSearchParams, secrets: readonly FieldPath[] | undefined) {
  const given = [...query].slice(0, parametersKept).map(([name, value]) => ({ name, value }))
  if (secrets) return { parameters: given.map((one) => maskVouched(one, secrets)), isMasked: false }
  const parameters = given.map(maskParameter)
  const isMasked = parameters.some(
    ({ name, value }, at) => name !== given[at]?.name || value !== given[at].value,
  )
  return { parameters, isMasked }
}

/** `secrets` are the places of credentials in a body of a known shape; undefined when nothing is known of its shape. */
function toBody(
  body: string | undefined,
  secrets: readonly FieldPath[] | undefined,
  lengthUnread: number,
): LoggedBody | null {
  if (body === undefined) return lengthUnread > 0 ? withheld(lengthUnread, unreadFor(lengthUnread)) : null
  if (body === '') return null
  const length = Buffer.byteLength(body)
  const isWhole = length <= bodyKeptBytes
  if (secrets?.length === 0) {
    return { length, text: maskCredentials(isWhole ? body : cut(body)), truncated: !isWhole, withheld: null }
  }
  if (!isWhole) return withheld(length, 'large')
  const text = secrets ? maskAt(body, secrets) : isSuspicious(body) ? undefined : body
  if (text === undefined) return withheld(length, 'secret')
  return { length, text: maskCredentials(text), truncated: false, withheld: null }
}

function unreadFor(length: number): Withholding {
  return length > bodyKeptBytes ? 'large' : 'unread'
}

/** As much of a text as is kept, without half a character at its end. */
function cut(text: string): string {
  const bytes = encoder.encode(text.slice(0, bodyKeptBytes))
  return new TextDecoder().decode(bytes.subarray(0, bodyKeptBytes), { stream: true })
}

function lengthSaid(headers: Headers): number {
  const length = Number(headers.get('Content-Length') ?? 0)
  return Number.isSafeInteger(length) ? length : 0
}
