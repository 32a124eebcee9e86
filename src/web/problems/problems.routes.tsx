// What each problem type means, at the address that is its name: for whoever writes a client, in English as the problems are.
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ErrorKind } from '#domain/errors.ts'
import type { Hallway } from '#http/hallway.ts'
import { problems, problemsPath } from '#http/problems.ts'
import { respond } from '#http/respond.ts'
import { statuses } from '#http/statuses.ts'
import { Layout } from '#web/layout.tsx'
import { htmlOf, pageHeaders } from '#web/page.ts'
import { readerOf } from '#web/reader.ts'

/** What happened, and what to do about it. */
const explanations: Record<ErrorKind, [happened: string, remedy: string]> = {
  malformed: [
    'The request cannot be understood: its JSON is broken, a parameter is not known, or one that must be there is not.',
    'Change the request before you send it again; `errors` names the parameters.',
  ],
  unauthenticated: [
    'The request came without a credential, or its key or token is not good any more.',
    'Send a key of the business as a Bearer token, or ask for a new token with it.',
  ],
  payment_required: ['A payment was declined, or there is not enough money.', 'Pay in another way.'],
  forbidden: [
    'The credential is good, but not for this.',
    'Give the key the scope that `detail` names, or use another key.',
  ],
  not_found: [
    'There is nothing at this address, or it belongs to another business.',
    'Look whether it was deleted, and whether the key is one of its business.',
  ],
  conflict: [
    'The request is in conflict with what is there: the nights are taken, or somebody else changed the thing meanwhile.',
    'Read what is there now, and decide anew.',
  ],
  stale: ['The change starts from an older version.', 'Read what is there now, and decide anew.'],
  too_large: ['The body is larger than 256 KiB.', 'Send less at once.'],
  unsupported: ['The body is not JSON.', 'Send it as application/json, in UTF-8.'],
  invalid: [
    'The request is understood, but breaks a rule.',
    'Change what `errors` names: for each field, the sentences say what is wrong with it.',
  ],
  rate_limited: ['There were too many requests.', 'Wait as many seconds as Retry-After says.'],
  internal: [
    'Something went wrong on our side, and nobody foresaw it.',
    'If it happens again, tell us the `ruid` of the answer.',
  ],
  unavailable: [
    'Something on our side cannot be reached at the moment.',
    'Send the same request again after as many seconds as Retry-After says.',
  ],
}

export function addProblems(door: OpenAPIHono<Hallway>): void {
  for (const kind of Object.keys(problems).filter(isKind)) {
    const { slug, title } = problems[kind]
    const status = statuses[kind]
    const [happened, remedy] = explanations[kind]
    door.get(`${problemsPath}${slug}`, (c) => {
      const reader = { ...readerOf(c), language: 'en' as const }
      const page = (
        <Layout reader={reader} title={title} brand="Slotkeeper">
          <section class="card">
            <p class="status">{status}</p>
            <h1>{title}</h1>
            <p>{happened}</p>
            <p>{remedy}</p>
          </section>
        </Layout>
      )
      return respond(c, htmlOf(page), 200, { ...pageHeaders, 'Cache-Control': 'public, max-age=86400' })
    })
  }
}

function isKind(text: string): text is ErrorKind {
  return text in problems
}
