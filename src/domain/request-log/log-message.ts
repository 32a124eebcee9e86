// A request on its way to the log: what the index needs, and beside it the record.
import { withoutTexts } from './record.ts'
import type { LogEntry, LoggedMessage, RequestRecord } from './record.ts'
import { parseOwn } from '#domain/json.ts'

export interface LogMessage {
  entry: LogEntry
  /** As it is when it is small; a large one as the gzipped bytes that will be stored. */
  record: RequestRecord | Uint8Array<ArrayBuffer>
}

/** A message may have 128 KB; the index' part needs little of it. */
const largest = 110_000
/** Up to 64 KB a message costs the same. */
const small = 56_000

/** The record as it can be queued: one that is too large even compressed goes without its bodies' texts. */
export async function toMessage(request: { entry: LogEntry; record: RequestRecord }): Promise<LogMessage> {
  const { entry, record } = request
  if (queuedBytes(record.request) + queuedBytes(record.response) <= small) return request
  const zipped = await zip(lineOf(record))
  return { entry, record: zipped.length <= largest ? zipped : withoutTexts(record, 'large') }
}

/** At most: a text travels in one byte for each character, or in two for all when one of them needs two. */
function queuedBytes({ body }: LoggedMessage): number {
  return body?.text ? body.text.length * (body.length > body.text.length ? 2 : 1) : 0
}

/** A record as it is stored. */
export function toStored(record: LogMessage['record']): Uint8Array {
  return record instanceof Uint8Array ? record : lineOf(record)
}

/** Throws when the bytes are no record. */
export async function fromStored(bytes: Uint8Array<ArrayBuffer>): Promise<RequestRecord> {
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  const text = isZipped
    ? await new Response(through(bytes, new DecompressionStream('gzip'))).text()
    : new TextDecoder().decode(bytes)
  return parseOwn<RequestRecord>(text)
}

const encoder = new TextEncoder()

function lineOf(record: RequestRecord): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encoder.encode(`${JSON.stringify(record)}\n`))
}

async function zip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(through(bytes, new CompressionStream('gzip'))).arrayBuffer())
}

function through(
  content: Uint8Array<ArrayBuffer>,
  transform: CompressionStream | DecompressionStream,
): ReadableStream {
  return new Blob([content]).stream().pipeThrough(transform)
}
