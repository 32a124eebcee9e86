// Every failure as a page.
import type { ErrorKind } from '#domain/errors.ts'
import type { Voice } from '#http/refusal.ts'
import { Layout } from './layout.tsx'
import { htmlOf, pageHeaders } from './page.ts'
import { readerOf } from './reader.ts'
import type { Apology } from './words/words.ts'

const kinds: Record<ErrorKind, { status: number; apology: Apology }> = {
  malformed: { status: 400, apology: 'notLikeThis' },
  unauthenticated: { status: 401, apology: 'notLikeThis' },
  payment_required: { status: 402, apology: 'notLikeThis' },
  forbidden: { status: 403, apology: 'notLikeThis' },
  not_found: { status: 404, apology: 'notFound' },
  conflict: { status: 409, apology: 'notLikeThis' },
  stale: { status: 412, apology: 'notLikeThis' },
  too_large: { status: 413, apology: 'notLikeThis' },
  unsupported: { status: 415, apology: 'notLikeThis' },
  invalid: { status: 422, apology: 'notLikeThis' },
  rate_limited: { status: 429, apology: 'tooMany' },
  internal: { status: 500, apology: 'notNow' },
  unavailable: { status: 503, apology: 'notNow' },
}

export const voice: Voice = {
  refuse({ kind, retryAfterSeconds }, c) {
    const { status, apology } = kinds[kind]
    const reader = readerOf(c)
    const { title, text } = reader.words.apologies[apology]
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
        ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
      },
      body: htmlOf(page),
    }
  },
}
