// How a person is forgotten: bookings stay, without a name, and everybody who keeps copies of them is told.
import {
  bookingsToErase,
  erasePersonFromAnswers,
  erasePersonFromBookingEvents,
  erasePersonFromBookingHistory,
  erasePersonFromBookings,
  erasePersonFromStays,
  insertErasures,
} from '#db/bookings/erasure.ts'
import { contactsToErase, eraseCustomerRows } from '#db/customers.ts'
import type { Erased } from '#db/customers.ts'
import { ConstraintError } from '#db/database.ts'
import { deleteIdempotencyRecordsAbout } from '#db/idempotency.ts'
import { releaseInvoicesOf } from '#db/invoices.ts'
import type { Statement } from '#db/database.ts'
import {
  erasePersonFromLeadAnswers,
  erasePersonFromLeadEvents,
  erasePersonFromLeads,
  leadsToErase,
} from '#db/leads.ts'
import { actorColumns } from '#domain/actor.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { bookingSnapshot, personal } from '#domain/events/event-data.ts'
import type { NewEvent } from '#domain/events/event.ts'
import { markErased } from '#domain/request-log/erasure.ts'

/** Bookings in one batch, and batches in one request: a request has a thousand statements. */
const perBatch = 50
const mostBatches = 15
/** Leads in one batch: a few statements empty all of them. */
const leadsPerBatch = 200

/**
 * Erases customers with all that their bookings and leads tell of them; `rest` is written with the last of it, or not at all. A
 * booking is one version on for it, and told as updated. Throws conflict `customer.erasure_unfinished` when there are
 * too many bookings for one request: what was erased stays erased, and repeating goes on.
 */
export async function eraseCustomers(
  ctx: Context,
  whose: Erased,
  rest: readonly Statement[] = [],
): Promise<void> {
  for (let batch = 0; batch < mostBatches; batch++) {
    const { found, customers, leads } = await ctx.read({
      found: bookingsToErase({ ...whose, limit: perBatch + 1 }),
      customers: contactsToErase(whose),
      leads: leadsToErase({ ...whose, limit: leadsPerBatch + 1 }),
    })
    const { statements, events } = erasureOf(ctx, found.slice(0, perBatch))
    statements.push(...emptyLeads(ctx, leads.slice(0, leadsPerBatch)))
    statements.push(await markErased(ctx, [...found.map(contactOf), ...leads, ...customers]))
    try {
      if (found.length > perBatch || leads.length > leadsPerBatch) {
        await ctx.commitAside({ statements, events })
      } else {
        const now = ctx.clock.now()
        const last = [
          deleteIdempotencyRecordsAbout(whose),
          releaseInvoicesOf({ ...whose, now }),
          eraseCustomerRows({ ...whose, now }),
        ]
        await ctx.commit({ statements: [...statements, ...last, ...rest], events, result: undefined })
        return
      }
    } catch (error) {
      // Somebody changed one of the bookings first, or made another one: then they are read again.
      if (!isOutrun(error)) throw error
    }
  }
  const message = 'There are more bookings than one request can erase, please repeat it'
  throw new DomainError('customer.erasure_unfinished', { message })
}

function isOutrun(error: unknown): boolean {
  return (
    error instanceof ConstraintError &&
    (error.constraint === 'customer_named' || error.constraint.startsWith('bookingHistory.'))
  )
}

/** A booking that goes on to this version. */
type Step = readonly [id: number, version: number]
type Found = NonNullable<ReturnType<typeof bookingsToErase>['row']>

function erasureOf(ctx: Context, found: readonly Found[]) {
  const now = ctx.clock.now()
  const events: NewEvent[] = []
  const steps: Step[] = []
  for (const { wasTold, ...before } of found) {
    const version = before.version + 1
    const { id, businessId } = before
    steps.push([id, version])
    // A hold that never became a booking was never anybody's news.
    if (!wasTold) continue
    const after = { ...before, ...personal.booking, version, updatedAt: now }
    const data = bookingSnapshot(after, false)
    events.push({
      id: ctx.newId(),
      businessId,
      subject: 'booking',
      type: 'booking.updated',
      subjectId: id,
      data,
    })
  }
  return { statements: emptyBookings(ctx, steps, now), events }
}

function emptyLeads(ctx: Context, leads: readonly { id: number }[]): Statement[] {
  if (leads.length === 0) return []
  const ids = JSON.stringify(leads.map(({ id }) => id))
  return [
    erasePersonFromLeadAnswers({ ids }),
    erasePersonFromLeadEvents({ ids }),
    erasePersonFromLeads({ ids, now: ctx.clock.now() }),
  ]
}

function contactOf({ businessId, id, customerEmail: email, customerPhone: phone }: Found) {
  return { businessId, id, email, phone }
}

/** Empties all that was said until now, by whomever, and notes that it was: events and answers are found through the history. */
function emptyBookings(ctx: Context, steps: readonly Step[], now: number): Statement[] {
  const ids = JSON.stringify(steps.map(([id]) => id))
  const erasures = {
    steps: JSON.stringify(steps),
    reason: 'erased',
    ...actorColumns(ctx.caller),
    requestId: ctx.requestId,
    now,
  }
  return [
    erasePersonFromAnswers({ ids }),
    erasePersonFromBookingEvents({ ids }),
    erasePersonFromBookingHistory({ ids }),
    erasePersonFromBookings({ ids, now }),
    erasePersonFromStays({ ids }),
    insertErasures(erasures),
  ]
}
