// What a dialect says about itself: OpenAPI, made from its routes and served without a credential.
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { stringify } from 'yaml'
import type { Hallway } from './hallway.ts'
import { respond } from './respond.ts'

type Credential = { description?: string } & (
  | { type: 'http'; scheme: 'bearer'; bearerFormat?: string }
  | { type: 'apiKey'; in: 'header'; name: string }
)

/** What the documents say of a dialect as a whole. */
export interface About {
  /** The folder of openapi.json and openapi.yaml, such as `/v1/public/`. */
  path: `/${string}`
  title: string
  /** Markdown. */
  description: string
  /** Every way to say who is calling, by the name that routes use for it. */
  credentials: Record<string, Credential>
  /** What the headers of answers mean, by name. */
  headers: Record<string, string>
}

const license = { name: 'MIT', url: 'https://opensource.org/license/mit' }
const servers = [{ url: '/' }]

/** Adds openapi.yaml (3.0) and openapi.json (3.1), with all that the door has once they are asked for. */
export function serveDocuments(door: OpenAPIHono<Hallway>, about: About): void {
  const { path, title, description, credentials, headers } = about
  const info = { title, version: '1.0.0', license, description }
  for (const [name, scheme] of Object.entries(credentials)) {
    door.openAPIRegistry.registerComponent('securitySchemes', name, scheme)
  }
  for (const [name, meaning] of Object.entries(headers)) {
    door.openAPIRegistry.registerComponent('headers', name, {
      description: meaning,
      schema: { type: 'string' },
    })
  }
  serve(door, `${path}openapi.yaml`, 'application/yaml', () => {
    const document = door.getOpenAPIDocument({ openapi: '3.0.3', info, servers })
    return stringify(document, typedNull, { aliasDuplicateObjects: false })
  })
  serve(door, `${path}openapi.json`, 'application/json', () => {
    return JSON.stringify(door.getOpenAPI31Document({ openapi: '3.1.0', info, servers }))
  })
}

/** The header of an answer that a dialect has described. */
export function headerOf(name: string) {
  return { $ref: `#/components/headers/${name}` }
}

/** OpenAPI 3.0 has no type for null: where one of several schemas is only that, it is a text whose one value is null. */
function typedNull(_key: unknown, value: unknown): unknown {
  const isNull = isDeepStrictEqual(value, { nullable: true })
  return isNull ? { type: 'string', nullable: true, enum: [null] } : value
}

/** Serves a text that only a deployment changes. It is made on first request: start-up time does not allow it. */
function serve(door: OpenAPIHono<Hallway>, path: string, type: string, make: () => string): void {
  let made: { text: string; tag: string } | undefined
  const document = () => {
    const text = make()
    return { text, tag: `"${createHash('sha256').update(text).digest('base64url')}"` }
  }
  door.get(path, (c) => {
    made ??= document()
    const headers = { ETag: made.tag, 'Cache-Control': 'public, max-age=300' }
    const known = c.req.header('If-None-Match') ?? ''
    if (known === '*' || known.includes(made.tag)) return respond(c, null, 304, headers)
    return respond(c, made.text, 200, { ...headers, 'Content-Type': `${type}; charset=UTF-8` })
  })
}
