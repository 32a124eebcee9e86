// Every failure as a page.
import type { ErrorKind } from '#domain/errors.ts'
import type { Voice } from '#http/refusal.ts'
import { statuses } from '#http/statuses.ts'
import { Layout } from './layout.tsx'
import { htmlOf, pageHeaders } from './page.ts'
import { readerOf } from './reader.ts'
import type { Apology } from './words/words.ts'

const apologies: Record<ErrorKind, Apology> = {
  malformed: 'notLikeThis',
  unauthenticated: 'notLikeThis',
  payment_required: 'notLikeThis',
  forbidden: 'notLikeThis',
  not_found: 'notFound',
  conflict: 'notLikeThis',
  stale: 'notLikeThis',
  too_large: 'notLikeThis',
  unsupported: 'notLikeThis',
  invalid: 'notLikeThis',
  rate_limited: 'tooMany',
  internal: 'notNow',
  unavailable: 'notNow',
}

export const voice: Voice = {
  refuse({ kind }, c) {
    const status = statuses[kind]
    const reader = readerOf(c)
    const { title, text } = reader.words.apologies[apologies[kind]]
    const page = (
      <Layout reader={reader} title={title} brand="Slotkeeper">
        <section class="card">
          <h1>{title}</h1>
          <p>{text}</p>
          {status >= 500 && (
            <p class="quiet">
              {reader.words.request}: {c.get('requestId')}
            </p>
          )}
        </section>
      </Layout>
    )
    return {
      status,
      headers: {
        ...pageHeaders,
      },
      body: htmlOf(page),
    }
  },
}
