// The switchboard: finds the door that a path belongs to.
import { dialects } from '#dialects/index.ts'
import type { Bindings } from '#http/hallway.ts'

export function answer(
  request: Request,
  bindings: Bindings,
  execution: ExecutionContext,
): Response | Promise<Response> {
  const { pathname } = new URL(request.url)
  const dialect = dialects.find(({ path }) => pathname.startsWith(path))
  return dialect ? dialect.door.fetch(request, bindings, execution) : new Response(null, { status: 404 })
}
