import { serviceById, updateServiceColumns } from '#db/services.ts'
import { requireManager } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { serviceNotFound } from './service.ts'

/** Archives a service: it is gone for everybody, and the bookings that refer to it stay whole. Throws not_found. */
export async function deleteService(ctx: Context, id: number): Promise<void> {
  const [[found]] = await ctx.read([serviceById({ id })])
  const service = requireManager(ctx, found, serviceNotFound)
  const now = ctx.clock.now()
  const archived = updateServiceColumns(service, { active: 0, archivedAt: now, updatedAt: now })
  await ctx.commit({ statements: [archived], result: undefined })
}
