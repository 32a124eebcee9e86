// What the service says about itself: OpenAPI, made from the routes.
import type { OpenAPIHono } from '@hono/zod-openapi'
import { stringify } from 'yaml'
import { eventTypes } from '#domain/events/event.ts'
import type { Hallway } from '#http/tools.ts'
import { eventBody } from './events.wire.ts'

const info = {
  title: 'Slotkeeper',
  version: '1.0.0',
  description:
    'Bookings that are never sold twice. Errors, paging, idempotency and limits are the same for every route.',
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
  for (const type of eventTypes.filter((name) => name.startsWith('booking.'))) {
    described.openAPIRegistry.registerWebhook({
      path: type,
      method: 'post',
      summary: `${type}, to the webhooks that asked for it`,
      tags: ['Webhooks'],
      request: { body: { content: { 'application/json': { schema: eventBody } } } },
      responses: { 204: { description: 'Received: any 2xx within 15 seconds will do' } },
    })
  }
  // Made when first asked for: it costs more than a start can afford.
  let yaml: string | undefined
  let json: string | undefined
  described.get('/openapi.yaml', (c) => {
    yaml ??= stringify(described.getOpenAPIDocument({ openapi: '3.0.3', info, servers }), {
      aliasDuplicateObjects: false,
    })
    return c.body(yaml, 200, { 'Content-Type': 'application/yaml; charset=UTF-8' })
  })
  described.get('/openapi.json', (c) => {
    json ??= JSON.stringify(described.getOpenAPI31Document({ openapi: '3.1.0', info, servers }))
    return c.body(json, 200, { 'Content-Type': 'application/json; charset=UTF-8' })
  })
}
