// What each problem type means, at the address that is its name: for whoever writes a client. Its title is the name that answers
// have for it, in English whatever is read.
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ErrorKind } from '#domain/errors.ts'
import type { Hallway } from '#http/hallway.ts'
import { problems, problemsPath } from '#http/problems.ts'
import { respond } from '#http/respond.ts'
import { statuses } from '#http/statuses.ts'
import { Layout } from '#web/layout.tsx'
import { htmlOf, pageHeaders } from '#web/page.ts'
import { readerOf } from '#web/reader.ts'

export function addProblems(door: OpenAPIHono<Hallway>): void {
  for (const kind of Object.keys(problems).filter(isKind)) {
    const { slug, title } = problems[kind]
    const status = statuses[kind]
    door.get(`${problemsPath}${slug}`, (c) => {
      const reader = readerOf(c)
      const { happened, remedy } = reader.words.problems[kind]
      const page = (
        <Layout reader={reader} title={title} brand="Slotkeeper">
          <section class="card">
            <p class="status">{status}</p>
            <h1 lang="en">{title}</h1>
            <p>{happened}</p>
            <p>{remedy}</p>
          </section>
        </Layout>
      )
      return respond(c, htmlOf(page), 200, {
        ...pageHeaders,
        'Cache-Control': 'public, max-age=86400',
        Vary: 'Accept-Language',
      })
    })
  }
}

function isKind(text: string): text is ErrorKind {
  return text in problems
}
