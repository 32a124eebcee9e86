// Watches a client at work: what it never asks, and where a request or an answer is not what the document says.
import { z } from 'zod'

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0]
type Content = Record<string, { schema: JsonSchema }>

interface Operation {
  operationId: string
  requestBody?: { content: Content }
  responses: Record<string, { headers?: Record<string, unknown>; content?: Content }>
}

export interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema> }
}

export interface Watched {
  fetch: typeof fetch
  /** What was not as the document says, in the order of the calls. */
  faults: readonly string[]
  /** The operations that nobody has called, or only to be refused. */
  uncalled: () => string[]
}

export function watch(document: Document): Watched {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => {
    const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
    return Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      pattern,
      ...operation,
    }))
  })
  const left = new Set(operations.map(({ operationId }) => operationId))
  const faults: string[] = []
  const faultsOf = (body: unknown, schema: JsonSchema, isClosed: boolean): string[] => {
    const $defs = document.components.schemas
    const whole = JSON.stringify(Object.assign({ $defs }, schema)).replaceAll(
      '#/components/schemas/',
      '#/$defs/',
    )
    const read = JSON.parse(whole, isClosed ? closed : undefined) as JsonSchema
    const { error } = z.fromJSONSchema(read).safeParse(body)
    return error ? [z.prettifyError(error)] : []
  }

  return {
    faults,
    uncalled: () => [...left],
    async fetch(input, init) {
      const request = new Request(input, init)
      const sent = await request.clone().text()
      const answer = await fetch(request)
      const { pathname } = new URL(request.url)
      const called = operations.find(
        ({ method, pattern }) => method === request.method && pattern.test(pathname),
      )
      const note = (...found: string[]) => {
        for (const each of found) faults.push(`${request.method} ${pathname} ${answer.status}: ${each}`)
      }
      if (!called) {
        note('no operation of the document')
        return answer
      }
      if (answer.ok) left.delete(called.operationId)
      const wanted = called.requestBody?.content['application/json']?.schema
      // What a client sends wrongly on purpose is refused as such.
      if (wanted && answer.ok) note(...faultsOf(JSON.parse(sent), wanted, false))
      const described = called.responses[answer.status]
      if (!described) {
        note('a status that the document does not have')
        return answer
      }
      const exposed = answer.headers.get('Access-Control-Expose-Headers')?.split(', ') ?? []
      for (const name of Object.keys(described.headers ?? {})) {
        if (!answer.headers.has(name)) note(`no ${name}`)
        if (!exposed.includes(name)) note(`${name} is hidden from browsers`)
      }
      const text = await answer.clone().text()
      const [type = ''] = (answer.headers.get('Content-Type') ?? '').split(';')
      const content = described.content?.[type]
      if (content) note(...faultsOf(type.endsWith('json') ? JSON.parse(text) : text, content.schema, true))
      else if (text !== '' || described.content) note(`${type || 'nothing'} is not what the document has`)
      return answer
    },
  }
}

/** A schema of what is answered has every field that there is. */
function closed(_key: string, value: unknown): unknown {
  const isOpen = typeof value === 'object' && value !== null && 'properties' in value
  return isOpen && !('additionalProperties' in value) ? { ...value, additionalProperties: false } : value
}
