// What the log may rely on: the schemas say of every credential that it is one, and let nothing pass that they do not name.
import { z } from '@hono/zod-openapi'
import { describe, expect, it } from 'vitest'
import { dialects } from '#dialects/index.ts'
import { secret, secretsIn } from '#http/secret.ts'

interface Field {
  name: string
  type?: string | undefined
  format?: string | undefined
  const?: unknown
  enum?: unknown
  additionalProperties?: unknown
  path: (string | null)[]
}

/** Every field of a schema, however deep, as JSON Schema describes it; the schema itself is the first. */
function fieldsOf(schema: z.ZodType): Field[] {
  const found: Field[] = []
  const walk = (described: Record<string, unknown>, path: (string | null)[]): void => {
    found.push({ ...described, name: path.at(-1) ?? '', path })
    for (const [name, field] of Object.entries(described['properties'] ?? {})) walk(field, [...path, name])
    for (const inner of ['items', 'additionalProperties']) {
      const entry = described[inner]
      if (typeof entry === 'object' && entry) walk(entry as Record<string, unknown>, [...path, null])
    }
    for (const several of ['anyOf', 'oneOf', 'allOf']) {
      for (const option of (described[several] ?? []) as Record<string, unknown>[]) walk(option, path)
    }
  }
  walk(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }), [])
  return found
}

interface Schema {
  where: string
  isSent: boolean
  schema: z.ZodType
}

const definitions = dialects.flatMap(({ door }) => door.openAPIRegistry.definitions)
const schemas: Schema[] = definitions.flatMap((definition) => {
  if (definition.type !== 'route') return []
  const { method, path, request, responses } = definition.route
  const content = (holder: unknown) => {
    const { content: media } = (holder ?? {}) as { content?: Record<string, { schema: unknown }> }
    return media?.['application/json']?.schema
  }
  const parts = [
    { where: 'query', isSent: true, schema: request?.query },
    { where: 'body', isSent: true, schema: content(request?.body) },
    ...Object.entries(responses).map(([status, response]) => {
      return { where: status, isSent: false, schema: content(response) }
    }),
  ]
  return parts.flatMap(({ where, isSent, schema }) => {
    return schema instanceof z.ZodType ? [{ where: `${method} ${path} ${where}`, isSent, schema }] : []
  })
})

const credentialNames = /passw|secret|token|credential|signature|cookie|otp$|pin$|key$/i

describe('the schemas of all dialects', () => {
  it('mark every text that is called like a credential, and the log finds it', () => {
    expect(schemas.length).toBeGreaterThan(100)
    for (const { where, schema } of schemas) {
      const called = fieldsOf(schema).filter((field) => {
        const isFreeText = field.type === 'string' && field.const === undefined && field.enum === undefined
        return isFreeText && field.format !== 'date-time' && credentialNames.test(field.name)
      })
      expect([where, called.filter(({ format }) => format !== 'password')]).toEqual([where, []])
      const marked = fieldsOf(schema).filter(({ format }) => format === 'password')
      expect([where, secretsIn(schema)]).toEqual([where, marked.map(({ path }) => path)])
    }
  })

  it('hold these credentials and no others', () => {
    const marked = schemas.flatMap(({ where, schema }) => {
      return secretsIn(schema).map((path) => `${where}: ${path.join('.')}`)
    })
    expect(marked.toSorted()).toEqual([
      'delete /api/users/account body: password',
      'post /api/auth/refresh 200: access_token',
      'post /api/auth/refresh 200: refresh_token',
      'post /api/auth/refresh body: refresh_token',
      'post /api/auth/signin 200: access_token',
      'post /api/auth/signin 200: refresh_token',
      'post /api/auth/signin body: password',
      'post /api/auth/signup 201: access_token',
      'post /api/auth/signup 201: refresh_token',
      'post /api/auth/signup body: password',
      'post /api/integrations/api-keys 201: key',
      'post /api/integrations/api-keys/{id}/rotate 200: key',
      'post /api/userapi/v1/auth/login 200: token',
      'post /api/userapi/v1/auth/login body: password',
      'post /api/webhooks 201: secret',
      'post /api/webhooks/{id}/rotate-secret 200: secret',
      'post /v1/public/auth/token 200: access_token',
      'post /v1/public/auth/token body: clientSecret',
      'post /v1/public/webhooks 201: data.secret',
    ])
  })

  it('take no field that they do not name', () => {
    const open = schemas
      .filter(({ isSent }) => isSent)
      .flatMap(({ where, schema }) => fieldsOf(schema).map((field) => ({ where, ...field })))
      .filter(({ type, additionalProperties }) => type === 'object' && additionalProperties === undefined)
    expect(open.map(({ where, path }) => `${where}: ${path.join('.')}`)).toEqual([])
  })
})

describe('a mark', () => {
  it.each<[string, z.ZodType, (string | null)[][]]>([
    ['a field', z.object({ a: secret(z.string()), b: z.string() }), [['a']]],
    ['a field that may be absent', z.object({ a: secret(z.string()).nullable().optional() }), [['a']]],
    ['a field with rules', z.object({ a: secret(z.string().min(8)).max(9).default('') }), [['a']]],
    ['entries of a list', z.array(z.object({ a: z.array(secret(z.string())) })), [[null, 'a', null]]],
    ['entries of a record', z.record(z.string(), secret(z.string())), [[null]]],
    [
      'members of a union',
      z.union([z.object({ a: secret(z.string()) }), z.string(), z.object({ b: secret(z.int()) })]),
      [['a'], ['b']],
    ],
    ['what is transformed', z.object({ a: secret(z.string()).transform((text) => text.length) }), [['a']]],
    [
      'what is refined',
      z
        .object({ a: secret(z.string()) })
        .refine(() => true)
        .openapi('Refined'),
      [['a']],
    ],
    ['all of it', secret(z.string()), [[]]],
  ])('is found on %s', (_, schema, paths) => {
    expect(secretsIn(schema)).toEqual(paths)
  })
})
