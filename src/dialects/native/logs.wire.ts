import { z } from '@hono/zod-openapi'
import type { RequestInFull } from '#domain/request-log/get-request.ts'
import { bookingOf } from '#domain/request-log/list-requests.ts'
import type { LoggedRequest, RequestFilter } from '#domain/request-log/list-requests.ts'
import type { LoggedMessage } from '#domain/request-log/record.ts'
import { listBody } from './list.wire.ts'
import { id, idText, instant, instantBody, toInstant } from './wire.ts'

/** The id of a log entry, or of the request as its answer's X-Request-Id said it. */
export const logName = z
  .string()
  .regex(
    /^[1-9]\d{0,15}$|^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
    'must be the id of a log entry or of a request',
  )
  .transform((name) => (name.includes('-') ? name : Number(name)))
  .openapi({ type: 'string', example: '124862518444032' })

/** One status, or a hundred of them → both ends of the span. */
const statuses = z
  .string()
  .regex(/^[1-5](\d\d|xx)$/, 'must be a status code, or a class of them such as 4xx')
  .transform((text) => ({ from: Number(text.replace('xx', '00')), to: Number(text.replace('xx', '99')) }))
  .openapi({ type: 'string', example: '4xx' })

export const logsQuery = {
  businessId: idText.optional().openapi({
    type: 'integer',
    description: "Without it: a user's own requests, or those of the key's business",
  }),
  status: statuses.optional(),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
  route: z.string().max(200).optional().openapi({ example: '/api/bookings/{id}' }),
  keyId: idText.optional(),
  from: instant.optional(),
  to: instant.optional(),
}

export function toLogFilter({
  from: fromAt,
  to: toAt,
  ...filter
}: z.infer<z.ZodObject<typeof logsQuery>>): RequestFilter {
  const { businessId, status, method, route, keyId } = filter
  return { businessId, status, method, route, keyId, fromAt, toAt }
}

const entry = {
  id,
  requestId: z.string(),
  businessId: id.nullable(),
  caller: z.object({ type: z.enum(['user', 'key']), id }),
  method: z.string(),
  route: z.string().nullable(),
  path: z.string(),
  status: z.int(),
  durationMs: z.int(),
  errorCode: z.string().nullable(),
  bookingId: id.nullable(),
  createdAt: instantBody,
}

const message = z
  .object({
    headers: z.record(z.string(), z.string()),
    body: z
      .object({
        length: z.int().openapi({ description: 'Bytes of the whole body' }),
        text: z
          .string()
          .nullable()
          .openapi({ description: 'The first 64 KiB of it, credentials masked; null when it is withheld' }),
        truncated: z.boolean(),
        withheld: z.enum(['secret', 'unread', 'large', 'erased']).nullable().openapi({
          description:
            'Why there is no text: it may hold a credential, was never read, is too large, or holds somebody who was erased',
        }),
      })
      .nullable(),
  })
  .nullable()
  .openapi('LoggedMessage')

export const logsBody = listBody('logs', z.object(entry).openapi('LogEntry'))

export const logBody = z
  .object({
    ...entry,
    withheld: z
      .literal('erased')
      .nullable()
      .openapi({ description: 'Set when somebody in it was erased: query and bodies are not shown' }),
    query: z.array(z.object({ name: z.string(), value: z.string() })),
    request: message,
    response: message,
    related: z.object({
      bookings: z.array(id),
      events: z.array(z.object({ id, type: z.string(), sequence: z.int() })),
      deliveries: z.array(
        z.object({ id, webhookId: id, eventId: id, status: z.string(), attempts: z.int() }),
      ),
    }),
  })
  .openapi('Log')

export function toLogEntry(request: LoggedRequest): z.infer<z.ZodObject<typeof entry>> {
  const { accountId, keyId, createdAt } = request
  return {
    id: request.id,
    requestId: request.requestId,
    businessId: request.businessId,
    caller: keyId === null ? { type: 'user', id: accountId ?? 0 } : { type: 'key', id: keyId },
    method: request.method,
    route: request.route,
    path: request.path,
    status: request.status,
    durationMs: request.durationMs,
    errorCode: request.errorCode,
    bookingId: bookingOf(request),
    createdAt: toInstant(createdAt),
  }
}

export function toLogBody({ request, record, isErased, related }: RequestInFull): z.infer<typeof logBody> {
  const { bookingIds: bookings, events, deliveries } = related
  return {
    ...toLogEntry(request),
    withheld: isErased ? 'erased' : null,
    query: record?.query ?? [],
    request: toMessageBody(record?.request),
    response: toMessageBody(record?.response),
    related: {
      bookings,
      events,
      deliveries: deliveries.map(({ id: deliveryId, webhookId, eventId, status, attempts }) => {
        return { id: deliveryId, webhookId, eventId, status, attempts }
      }),
    },
  }
}

/** Null when the record is gone; otherwise as it was kept. */
function toMessageBody(message: LoggedMessage | undefined): LoggedMessage | null {
  return message ?? null
}
