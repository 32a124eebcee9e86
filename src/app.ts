// The switchboard: finds the door that a path belongs to.
import { dialects } from '#dialects/index.ts'
import type { Tools } from '#http/tools.ts'

export function answer(
  request: Request,
  tools: Tools,
  execution: ExecutionContext,
): Response | Promise<Response> {
  const { pathname } = new URL(request.url)
  const dialect = dialects.find(({ path }) => pathname.startsWith(path))
  return dialect ? dialect.door.fetch(request, tools, execution) : new Response(null, { status: 404 })
}
