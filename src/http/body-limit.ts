import type { MiddlewareHandler } from 'hono'
import { DomainError } from '#domain/errors.ts'
import type { Hallway } from './hallway.ts'

export const largestBody = 256 * 1024

/**
 * Bodies are read up to this size. One whose Content-Length is larger is refused when it is first read, and so counted
 * and logged like any other; one without a length is read up to the limit. A length within the limit needs no check:
 * HTTP ends the body there. The body of a GET is never read.
 */
export const limitBody: MiddlewareHandler<Hallway> = async (c, next) => {
  const { body, method, url, headers } = c.req.raw
  const announced = Number(headers.get('Content-Length') ?? NaN)
  const isRead = method !== 'GET' && method !== 'HEAD'
  if (isRead && body && !(announced <= largestBody)) {
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
