import { ConstraintError } from '#db/database.ts'
import { archiveRoom } from '#db/rooms.ts'
import { deleteAssignmentsOf } from '#db/services.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { getRoom } from './get-room.ts'

/** Takes a room away; what took place in it goes on naming it. Throws not_found, conflict `room.has_bookings` while something that is not over keeps it. */
export async function deleteRoom(ctx: Context, id: number): Promise<void> {
  const { businessId } = await getRoom(ctx, id)
  try {
    await ctx.commit({
      statements: [
        archiveRoom({ businessId, id, now: ctx.clock.now() }),
        deleteAssignmentsOf({ resourceId: id }),
      ],
      result: undefined,
    })
  } catch (error) {
    if (!(error instanceof ConstraintError && error.constraint === 'resources.active')) throw error
    throw new DomainError('room.has_bookings', { cause: error })
  }
}
