// What the service says about itself: OpenAPI, made from the routes.
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { stringify } from 'yaml'
import type { Hallway } from '#http/hallway.ts'
import { respond } from '#http/respond.ts'
import { addWebhooks } from './webhook-documents.ts'

const info = {
  title: 'Slotkeeper',
  version: '1.0.0',
  license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
  description: `Bookings that are never sold twice, and everybody who should hear of a change hears of it.

**Credentials.** People send \`Authorization: Bearer <access_token>\`, partners \`X-API-Key\`; what a key must be allowed for is a
route's \`x-scope\`. What belongs to somebody else does not exist: 404.

**Errors** are \`{ error, code, requestId, errors? }\`: a sentence, a stable code, the request's name in the log, and the fields
at fault. 400 is a request that cannot be understood, 422 one that breaks a rule.

**Lists** take \`page\` and \`limit\`, or \`cursor\`: the \`nextCursor\` of the answer before, at the same cost however deep.

**Idempotency-Key** on a POST: the same key and request get the first answer again for 7 days, byte for byte.

**Versions.** Bookings carry a \`version\`; \`If-Match\` refuses a change (412) that starts from an older one.

**Limits.** 500 requests in any 15 minutes per caller, 20 per address where passwords are tried; \`RateLimit\` says what is left.

**Times** are ISO 8601; answers are in UTC. **Money** is in minor units of an ISO 4217 currency.`,
}
const headers = {
  'X-Request-Id': 'The name of the request, also in the request log',
  RateLimit:
    'What is left of the limit that is nearest: "default";r=499;t=900 is 499 calls, more in 900 seconds',
  'RateLimit-Policy': 'The limits that were counted: "default";q=500;w=900 is 500 calls in any 900 seconds',
  'Retry-After': 'Seconds',
}
const servers = [{ url: '/' }]

/** Adds /openapi.yaml (3.0) and /openapi.json (3.1) for all that `described` has. */
export function addDocuments(described: OpenAPIHono<Hallway>): void {
  described.openAPIRegistry.registerComponent('securitySchemes', 'accessToken', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  })
  described.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'A key of a business. What it must be allowed for is the x-scope of the route.',
  })
  for (const [name, description] of Object.entries(headers)) {
    described.openAPIRegistry.registerComponent('headers', name, { description, schema: { type: 'string' } })
  }
  addWebhooks(described)
  offer(described, '/openapi.yaml', 'application/yaml', () => {
    const document = described.getOpenAPIDocument({ openapi: '3.0.3', info, servers })
    return stringify(document, typedNull, { aliasDuplicateObjects: false })
  })
  offer(described, '/openapi.json', 'application/json', () => {
    return JSON.stringify(described.getOpenAPI31Document({ openapi: '3.1.0', info, servers }))
  })
}

/** OpenAPI 3.0 has no type for null: where one of several schemas is only that, it is a text whose one value is null. */
function typedNull(_key: unknown, value: unknown): unknown {
  const isNull = isDeepStrictEqual(value, { nullable: true })
  return isNull ? { type: 'string', nullable: true, enum: [null] } : value
}

/** Serves a text that only a deployment changes. It is made on first request: start-up time does not allow it. */
function offer(described: OpenAPIHono<Hallway>, path: string, type: string, make: () => string): void {
  let made: { text: string; tag: string } | undefined
  const document = () => {
    const text = make()
    return { text, tag: `"${createHash('sha256').update(text).digest('base64url')}"` }
  }
  described.get(path, (c) => {
    made ??= document()
    const headers = { ETag: made.tag, 'Cache-Control': 'public, max-age=300' }
    const known = c.req.header('If-None-Match') ?? ''
    if (known === '*' || known.includes(made.tag)) return respond(c, null, 304, headers)
    return respond(c, made.text, 200, { ...headers, 'Content-Type': `${type}; charset=UTF-8` })
  })
}
