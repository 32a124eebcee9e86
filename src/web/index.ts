// The pages for people, and the door that they are behind.
import { isCardToken } from '#domain/bookings/card-token.ts'
import { openDoor } from '#http/door.ts'
import type { Presentation } from '#http/identify.ts'
import { problemsPath } from '#http/problems.ts'
import { respond } from '#http/respond.ts'
import { addCard } from './card/card.routes.tsx'
import { limits } from './limits.ts'
import { addProblems } from './problems/problems.routes.tsx'
import { style, stylePath } from './style.ts'
import { voice } from './voice.tsx'

/** Whoever knows the address of a card has it. */
const present: Presentation = (c) => {
  const [, , cardToken = ''] = c.req.path.split('/')
  const isCard = isCardToken(cardToken)
  return { caller: isCard ? { type: 'card', cardToken } : { type: 'anonymous' }, hasToken: isCard }
}

export const web = openDoor({ within: '/card/*', voice, present, limits })
addCard(web)
addProblems(web)

web.get(stylePath, (c) =>
  respond(c, style, 200, {
    'Content-Type': 'text/css; charset=UTF-8',
    'Cache-Control': 'public, max-age=31536000, immutable',
  }),
)

/** Where its pages begin. */
export const pagePaths = ['/card/', problemsPath, stylePath]
