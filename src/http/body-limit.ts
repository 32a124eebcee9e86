import type { MiddlewareHandler } from 'hono'
import { DomainError } from '#domain/errors.ts'
import type { Hallway } from './hallway.ts'

export const largestBody = 256 * 1024

/**
 * Nothing larger is read. What announces itself as larger is refused as soon as anybody wants to read it, so that it is
 * counted and logged like any other request; what does not say is read so far and no further.
 */
export const limitBody: MiddlewareHandler<Hallway> = async (c, next) => {
  const { body, method, url, headers } = c.req.raw
  if (body) {
    let left = Number(headers.get('Content-Length') ?? 0) > largestBody ? -1 : largestBody
    const limited = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        left -= chunk.byteLength
        if (left >= 0) return controller.enqueue(chunk)
        c.set('isTooLarge', true)
        controller.error(new DomainError('request.too_large'))
      },
    })
    c.req.raw = new Request(url, { method, headers, body: body.pipeThrough(limited) })
  }
  await next()
}
