// A partner's server as the demo and the benchmark need it: it answers as told and checks every signature.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'

export interface Received {
  at: number
  event: { id: number; type: string; sequence: number; createdAt: string; data: { id: number } }
  attempt: number
  answered: number
  /** Both signatures are right: the page's own over the re-stringified body, and Standard Webhooks. */
  isSigned: boolean
}

export interface Receiver {
  url: string
  received: Received[]
  /** What its secret is; until it is known no signature is right. */
  know(secret: string): void
  close(): Promise<void>
}

/** Listens on a free port of this machine; `answer` says the status for each call, by its number from 1 on, or hangs. */
export async function startReceiver(answer: (call: number) => number | 'hang'): Promise<Receiver> {
  const received: Received[] = []
  let secret = ''
  const hear = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request)
    const status = answer(received.length + 1)
    const { 'x-nearbyassist-signature': signature, 'x-nearbyassist-attempt': attempt } = request.headers
    received.push({
      at: Date.now(),
      event: JSON.parse(body) as Received['event'],
      attempt: Number(attempt),
      answered: status === 'hang' ? 0 : status,
      isSigned: isSignedByPage(secret, body, String(signature)) && isSignedByStandard(secret, body, request),
    })
    if (status !== 'hang') response.writeHead(status).end()
  }
  const server = createServer((request, response) => void hear(request, response))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    know: (shown) => {
      secret = shown
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function isSignedByPage(secret: string, body: string, signature: string): boolean {
  const expected = createHmac('sha256', secret)
    .update(JSON.stringify(JSON.parse(body)))
    .digest('hex')
  return (
    signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected))
  )
}

function isSignedByStandard(secret: string, body: string, { headers }: IncomingMessage): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>)
    return true
  } catch {
    return false
  }
}
