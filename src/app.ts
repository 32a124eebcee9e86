// The switchboard: finds the door that a path belongs to.
import { getPath } from 'hono/utils/url'
import { dialects } from '#dialects/index.ts'
import type { Bindings } from '#http/hallway.ts'

export function answer(
  request: Request,
  bindings: Bindings,
  execution: ExecutionContext,
): Response | Promise<Response> {
  const path = getPath(request)
  const dialect = dialects.find((each) => path.startsWith(each.path))
  return dialect ? dialect.door.fetch(request, bindings, execution) : new Response(null, { status: 404 })
}
