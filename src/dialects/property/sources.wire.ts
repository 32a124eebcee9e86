import { z } from '@hono/zod-openapi'
import type { Source } from '#domain/sources/source.ts'
import { id, text } from './wire.ts'

export const newSource = z
  .strictObject({ name: text(100) })
  .openapi('NewSource', { example: { name: 'Fair' } })

export const sourceBody = z
  .object({ sourceId: id, name: z.string(), isCustom: z.boolean() })
  .openapi('Source')

export function toSourceBody({ id: sourceId, name, isCustom }: Source): z.infer<typeof sourceBody> {
  return { sourceId, name, isCustom: isCustom === 1 }
}
