// A record on its way through the queue: what the index needs in the open, the whole of it compressed.
import type { LogEntry, LoggedMessage, RequestRecord } from './record.ts'

export interface LogMessage {
  entry: LogEntry
  /** The record as a line of JSON, gzipped: such members one behind the other are a gzip file again. */
  record: Uint8Array
}

/** A message may have 128 KB; the index' part needs little of it. */
const largest = 110_000

/** The record as it can be queued: one that is too large even compressed goes without its bodies' texts. */
export async function toMessage(record: RequestRecord): Promise<LogMessage> {
  const { entry } = record
  const whole = await zipped(record)
  if (whole.length <= largest) return { entry, record: whole }
  const { request, response } = record
  return { entry, record: await zipped({ ...record, request: bare(request), response: bare(response) }) }
}

/** Throws when the bytes are no record. */
export async function fromZipped(bytes: Uint8Array<ArrayBuffer>): Promise<RequestRecord> {
  const text = await new Response(through(bytes, new DecompressionStream('gzip'))).text()
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by toMessage alone
  return JSON.parse(text) as RequestRecord
}

function bare({ headers, body }: LoggedMessage): LoggedMessage {
  return { headers, body: body && { ...body, text: null, truncated: true } }
}

async function zipped(record: RequestRecord): Promise<Uint8Array> {
  const line = `${JSON.stringify(record)}\n`
  return new Uint8Array(await new Response(through(line, new CompressionStream('gzip'))).arrayBuffer())
}

function through(
  content: string | Uint8Array<ArrayBuffer>,
  transform: CompressionStream | DecompressionStream,
): ReadableStream {
  return new Blob([content]).stream().pipeThrough(transform)
}
