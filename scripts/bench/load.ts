// A small HTTP client that costs little beside what it measures: keep-alive sockets, one request at a time on each.
import { once } from 'node:events'
import { connect } from 'node:net'

export interface LoadRequest {
  method: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  body?: string
}

interface LoadAnswer {
  status: number
  body: string
}

export interface Load {
  url: URL
  /** How many requests are under way at any time. */
  concurrency: number
  forMs: number
  /** However long it takes. */
  atLeast?: number | undefined
  next: () => LoadRequest
  /** The status that every answer must have. */
  expected: number
}

/** Asks again and again. Answers requests per second and the median time of one in ms. */
export async function runLoad({
  url,
  concurrency,
  forMs,
  atLeast = 0,
  next,
  expected,
}: Load): Promise<{ perSecond: number; medianMs: number }> {
  const times: number[] = []
  const startedAt = performance.now()
  const lines = Array.from({ length: concurrency }, async () => {
    await using line = await openLine(url)
    while (performance.now() - startedAt < forMs || times.length < atLeast) {
      const request = next()
      const askedAt = performance.now()
      const answer = await line.ask(request)
      times.push(performance.now() - askedAt)
      if (answer.status !== expected) {
        throw new Error(
          `${request.method} ${request.path} answered ${answer.status}, not ${expected}: ${answer.body}`,
        )
      }
    }
  })
  await Promise.all(lines)
  return { perSecond: (times.length * 1000) / (performance.now() - startedAt), medianMs: median(times) }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return ((sorted[(sorted.length - 1) >> 1] ?? NaN) + (sorted[sorted.length >> 1] ?? NaN)) / 2
}

async function openLine({ hostname, port, host }: URL) {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, 'connect')

  let chunks: Buffer[] = []
  let settle: { resolve: (answer: LoadAnswer) => void; reject: (error: Error) => void } | undefined
  socket.on('data', (chunk) => {
    chunks.push(Buffer.from(chunk))
    const answer = readAnswer(chunks)
    if (!answer) return
    chunks = []
    settle?.resolve(answer)
  })
  socket.on('error', (error) => settle?.reject(error))
  socket.on('close', () => settle?.reject(new Error('The connection was closed')))

  return {
    ask({ method, path, headers = {}, body }: LoadRequest): Promise<LoadAnswer> {
      let head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n`
      for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`
      if (body !== undefined)
        head += `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`
      socket.write(`${head}\r\n${body ?? ''}`)
      return new Promise((resolve, reject) => {
        settle = { resolve, reject }
      })
    },
    async [Symbol.asyncDispose]() {
      settle = undefined
      socket.destroy()
      await once(socket, 'close')
    },
  }
}

/** The answer, once all of it has come. */
function readAnswer(chunks: readonly Buffer[]): LoadAnswer | undefined {
  const [first] = chunks
  if (!first) return undefined
  const headEnd = first.indexOf('\r\n\r\n')
  if (headEnd < 0) throw new Error('The head of the answer came in pieces')
  const head = first.toString('latin1', 0, headEnd)
  const length = /^content-length: (\d+)/im.exec(head)?.[1]
  const received = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0) - headEnd - 4
  const isWhole = length === undefined ? isLastChunk(chunks) : received >= Number(length)
  if (!isWhole) return undefined
  return { status: Number(head.slice(9, 12)), body: Buffer.concat(chunks).toString('utf8', headEnd + 4) }
}

/** JSON has no line ends but those of chunked encoding. */
function isLastChunk(chunks: readonly Buffer[]): boolean {
  return Buffer.concat(chunks.slice(-2)).toString('latin1').endsWith('0\r\n\r\n')
}
