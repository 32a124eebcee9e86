import { customerList } from '#db/customers.ts'
import type { CustomerOrder, CustomerQuery, CustomerRow } from '#db/customers.ts'
import { actsInside } from '#domain/actor.ts'
import { businessNotFound } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import { searchedWords } from '#domain/search-words.ts'
import { toCustomer } from './customer.ts'
import type { Customer } from './customer.ts'

export interface CustomerWish extends Omit<CustomerQuery, 'words' | 'by' | 'descending'> {
  /** Words, each of which must begin a word of the name, the forename or the e-mail address, or a number of the phone. */
  search?: string | undefined
  /** Who was written down first has the smallest id. */
  by?: CustomerOrder | undefined
  descending?: boolean | undefined
}

/**
 * The customers of a business, for its members and keys: not_found for everybody else. A search looks at the first
 * 1,000 that have its longest word, any other filter at the first 10,000 in the order asked for.
 */
export async function listCustomers(
  ctx: Context,
  { search, by = 'id', descending = false, ...filter }: CustomerWish,
  page: PageRequest,
): Promise<Page<Customer>> {
  const words = search === undefined ? undefined : JSON.stringify(searchedWords(search))
  const {
    found,
    count: [count],
  } = await ctx.read(customerList({ ...filter, words, by, descending }, page, countedUpTo))
  if (!actsInside(ctx.actor, filter.businessId)) throw businessNotFound()
  return toPage(page, found.map(toCustomer), count?.total ?? 0, (entry) => keys[by](entry))
}

const keys: Record<
  CustomerOrder,
  (entry: Pick<CustomerRow, 'id' | 'name' | 'forename' | 'updatedAt'>) => (number | string)[]
> = {
  id: ({ id }) => [id],
  name: ({ name, id }) => [name ?? '', id],
  forename: ({ forename, id }) => [forename ?? '', id],
  updatedAt: ({ updatedAt, id }) => [updatedAt, id],
}
