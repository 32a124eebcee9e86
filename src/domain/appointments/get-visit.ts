import type { Context } from '#domain/context.ts'
import { getParts, visitWith } from './visit.ts'
import type { Visit } from './visit.ts'

/** A visit with all of its parts. Throws not_found for anybody else's. */
export async function getVisit(ctx: Context, id: number): Promise<Visit> {
  return visitWith(await getParts(ctx, id), [])
}
