import type { MiddlewareHandler } from 'hono'
import { DomainError } from '#domain/errors.ts'
import type { Hallway } from './hallway.ts'

export const largestBody = 256 * 1024

/**
 * Nothing larger is read. What announces itself as larger is refused as soon as anybody wants to read it, so that it is
 * counted and logged like any other request; what announces nothing is read so far and no further. What announces a
 * length that is fine is left alone: HTTP itself ends it there.
 */
export const limitBody: MiddlewareHandler<Hallway> = async (c, next) => {
  const { body, method, url, headers } = c.req.raw
  const announced = Number(headers.get('Content-Length') ?? NaN)
  if (body && !(announced <= largestBody)) {
    let left = announced > largestBody ? -1 : largestBody
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
