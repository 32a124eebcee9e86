// The switchboard: finds the door that a path belongs to.
import { getPath } from 'hono/utils/url'
import { dialects } from '#dialects/index.ts'
import type { Bindings } from '#http/hallway.ts'
import { pagePaths, web } from '#web/index.ts'

/** Every door, the longest path first. */
const doors = [...pagePaths.map((path) => ({ path, door: web })), ...dialects]

export function answer(
  request: Request,
  bindings: Bindings,
  execution: ExecutionContext,
): Response | Promise<Response> {
  const path = getPath(request)
  const found = doors.find((each) => path.startsWith(each.path))
  return found ? found.door.fetch(request, bindings, execution) : new Response(null, { status: 404 })
}
