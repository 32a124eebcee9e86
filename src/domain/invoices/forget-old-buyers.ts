import { forgetBuyers, invoicesOfErasedBuyers } from '#db/invoices.ts'
import type { Context } from '#domain/context.ts'
import { dateAt } from '#domain/schedules/wall-clock.ts'
import { nobody, wordsOfInvoice } from './invoice.ts'

/** For so long after the end of the year of issue, sellers must keep what they handed out, and whoever it was handed to. */
export const keptYears = 10

/** Takes those who were erased off invoices that need not be kept any more, some at a time. Answers whether there is more. */
export async function forgetOldBuyers(ctx: Context, limit = 100): Promise<boolean> {
  const now = ctx.clock.now()
  const year = Number(dateAt('UTC', now).slice(0, 4))
  const [old] = await ctx.read([
    invoicesOfErasedBuyers({ issuedBeforeOn: `${year - keptYears}-01-01`, limit }),
  ])
  if (old.length === 0) return false
  const words = old.map(({ id, fullNumber }) => [
    id,
    wordsOfInvoice({ fullNumber, buyer: nobody, receiver: null }),
  ])
  const printed = { words: JSON.stringify(words), nobody: JSON.stringify(nobody), now }
  await ctx.commitAside({ statements: [forgetBuyers(printed)] })
  return old.length === limit
}
