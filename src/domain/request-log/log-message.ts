// A record on its way through the queue: what the index needs in the open, the whole of it compressed.
import type { LogEntry, LoggedMessage, RequestRecord } from './record.ts'

export interface LogMessage {
  entry: LogEntry
  /** The record as a line of JSON, gzipped only when it is large. */
  record: Uint8Array
}

/** A message may have 128 KB; the index' part needs little of it. */
const largest = 110_000

/** The record as it can be queued: one that is too large even compressed goes without its bodies' texts. */
export async function toMessage(record: RequestRecord): Promise<LogMessage> {
  const { entry } = record
  const plain = lineOf(record)
  if (plain.length <= largest) return { entry, record: plain }
  const zipped = await zip(plain)
  if (zipped.length <= largest) return { entry, record: zipped }
  const { request, response } = record
  return { entry, record: await zip(lineOf({ ...record, request: bare(request), response: bare(response) })) }
}

/** Throws when the bytes are no record. */
export async function fromStored(bytes: Uint8Array<ArrayBuffer>): Promise<RequestRecord> {
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  const text = isZipped
    ? await new Response(through(bytes, new DecompressionStream('gzip'))).text()
    : new TextDecoder().decode(bytes)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by toMessage alone
  return JSON.parse(text) as RequestRecord
}

function bare({ headers, body }: LoggedMessage): LoggedMessage {
  return { headers, body: body && { ...body, text: null, truncated: true } }
}

const encoder = new TextEncoder()

function lineOf(record: RequestRecord): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encoder.encode(`${JSON.stringify(record)}\n`))
}

async function zip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(through(bytes, new CompressionStream('gzip'))).arrayBuffer())
}

function through(
  content: Uint8Array<ArrayBuffer>,
  transform: CompressionStream | DecompressionStream,
): ReadableStream {
  return new Blob([content]).stream().pipeThrough(transform)
}
