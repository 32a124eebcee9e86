// What the service says about itself: OpenAPI, made from the routes.
import type { OpenAPIHono } from '@hono/zod-openapi'
import { stringify } from 'yaml'
import type { Hallway } from '#http/tools.ts'

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
