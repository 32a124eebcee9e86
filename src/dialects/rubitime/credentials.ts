// What a caller brings: a key of a business, in the field `rk` of a body whose form no header has to tell.
import { z } from '@hono/zod-openapi'
import { invalidKey } from '#domain/api-keys/api-key.ts'
import { hashOfKey, isApiKey } from '#domain/api-keys/api-key-format.ts'
import { DomainError } from '#domain/errors.ts'
import { parseIfJson } from '#domain/json.ts'
import type { Presented } from '#http/hallway.ts'
import type { Presentation } from '#http/identify.ts'
import { restateBody } from '#http/restate.ts'
import { methods } from './methods.ts'

const nobody: Presented = { caller: { type: 'anonymous' }, hasToken: false }

export const present: Presentation = async (c) => {
  if (c.req.method !== 'POST') return nobody
  const text = await c.req.text().catch(() => undefined)
  if (text === undefined) {
    const fault = new DomainError(c.get('isTooLarge') ? 'request.too_large' : 'request.malformed_json')
    return { ...nobody, fault }
  }
  const fields = await fieldsOf(text, c.req.header('Content-Type') ?? '')
  restateBody(c, taken(c.req.path, fields))
  const { rk } = fields
  if (rk === undefined || rk === null || rk === '') return nobody
  return typeof rk === 'string' && isApiKey(rk)
    ? { ...nobody, keyHash: hashOfKey(rk) }
    : { ...nobody, fault: invalidKey() }
}

/** What each method takes, by its path. */
const takenAt = new Map(
  methods.routes.map(({ path, json }) => [path, json instanceof z.ZodObject ? Object.keys(json.shape) : []]),
)

/** Clients write a record back as they read it: what a method does not take is no fault, and goes no further. */
function taken(path: string, fields: Record<string, unknown>): Record<string, unknown> {
  const names = takenAt.get(path) ?? []
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))
}

/** The fields of a body: clients send JSON under every Content-Type, or a form. What is neither has none. */
async function fieldsOf(text: string, type: string): Promise<Record<string, unknown>> {
  const json = parseIfJson(text)
  if (json !== undefined) return isObject(json) ? json : {}
  if (!type.startsWith('multipart/form-data')) return Object.fromEntries(new URLSearchParams(text))
  const form = await new Response(text, { headers: { 'Content-Type': type } })
    .formData()
    .catch(() => new FormData())
  return Object.fromEntries(form.entries())
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
