import { accessTokenList } from '#db/tokens.ts'
import type { Context } from '#domain/context.ts'
import { countedUpTo, toPage } from '#domain/page.ts'
import type { Page, PageRequest } from '#domain/page.ts'
import type { Token } from './token.ts'

/** The caller's access tokens, revoked ones too, the newest first. */
export async function listTokens(ctx: Context, page: PageRequest): Promise<Page<Token>> {
  const {
    found,
    count: [count],
  } = await ctx.read(accessTokenList(ctx.accountId, page, countedUpTo))
  return toPage(page, found, count?.total ?? 0, ({ id }) => [id])
}
