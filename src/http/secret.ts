// Which fields of a wire schema hold a credential: the log shows everything else.
import { z } from '@hono/zod-openapi'
import type { FieldPath } from '#domain/request-log/mask.ts'

/** Marks a field as a credential, in OpenAPI's own word for one. Goes outermost, but for what makes the field optional. */
export function secret<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.meta({ format: 'password' })
}

/** Where in a value of this schema the marked fields stand. */
export function secretsIn(schema: z.core.$ZodType): FieldPath[] {
  if (z.globalRegistry.get(schema)?.['format'] === 'password') return [[]]
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- zod's own union of all that extend $ZodType
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape).flatMap(([name, field]) => under(name, field))
    case 'array':
      return under(null, def.element)
    case 'record':
      return under(null, def.valueType)
    case 'union':
      return def.options.flatMap(secretsIn)
    case 'intersection':
      return [...secretsIn(def.left), ...secretsIn(def.right)]
    case 'pipe':
      return [...secretsIn(def.in), ...secretsIn(def.out)]
    case 'optional':
    case 'nullable':
    case 'nonoptional':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
      return secretsIn(def.innerType)
    case 'tuple':
      return def.items.flatMap((item) => under(null, item))
    case 'lazy':
      throw new Error('A schema that may hold itself has no end of places for secrets')
    default:
      return []
  }
}

function under(name: string | null, schema: z.core.$ZodType): FieldPath[] {
  return secretsIn(schema).map((path) => [name, ...path])
}
