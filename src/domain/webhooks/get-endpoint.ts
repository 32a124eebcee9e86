import type { Context } from '#domain/context.ts'
import { findOwnEndpoint, toEndpoint } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'

/** An endpoint of a business that the caller acts inside. Throws not_found. */
export async function getEndpoint(ctx: Context, id: number): Promise<Endpoint> {
  return toEndpoint(await findOwnEndpoint(ctx, id))
}
