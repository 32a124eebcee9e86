import { customerById } from '#db/customers.ts'
import { stayList } from '#db/stays.ts'
import type { Context } from '#domain/context.ts'
import { requireOwnCustomer } from '#domain/customers/customer.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import type { Stay } from './stay.ts'

/**
 * The stays of a business's guest that stand, the latest arrival first; for members and keys of the business. Throws not_found
 * for anybody else's guest.
 */
export async function listGuestStays(
  ctx: Context,
  { businessId, id: customerId }: { businessId: number; id: number },
  page: PageRequest,
): Promise<Page<Stay>> {
  const {
    guest: [guest],
    found,
    count: [count],
  } = await ctx.read({
    guest: customerById({ id: customerId }),
    ...stayList({ businessId, customerId }, latestFirst, page, countedUpTo),
  })
  requireOwnCustomer(ctx, guest)
  return toPage(page, found, count?.total ?? 0, ({ arrivalOn, id }) => [arrivalOn, id])
}

const latestFirst = { by: 'arrivalOn', isDescending: true } as const
