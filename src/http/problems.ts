// Problem types as RFC 9457 means them: each is named by the address of a page that explains it.
import type { ErrorKind } from '#domain/errors.ts'

export interface Problem {
  status: number
  slug: string
  title: string
}

export const problems: Readonly<Record<ErrorKind, Problem>> = {
  malformed: { status: 400, slug: 'bad-request', title: 'Bad Request' },
  unauthenticated: { status: 401, slug: 'unauthorized', title: 'Unauthorized' },
  payment_required: { status: 402, slug: 'payment-required', title: 'Payment Required' },
  forbidden: { status: 403, slug: 'forbidden', title: 'Forbidden' },
  not_found: { status: 404, slug: 'not-found', title: 'Not Found' },
  conflict: { status: 409, slug: 'conflict', title: 'Conflict' },
  stale: { status: 412, slug: 'precondition-failed', title: 'Precondition Failed' },
  too_large: { status: 413, slug: 'content-too-large', title: 'Content Too Large' },
  unsupported: { status: 415, slug: 'unsupported-media-type', title: 'Unsupported Media Type' },
  invalid: { status: 422, slug: 'validation-error', title: 'Validation Error' },
  rate_limited: { status: 429, slug: 'rate-limit', title: 'Too Many Requests' },
  internal: { status: 500, slug: 'internal-error', title: 'Internal Server Error' },
  unavailable: { status: 503, slug: 'service-unavailable', title: 'Service Unavailable' },
}

/** Where the pages are. */
export const problemsPath = '/problems/'
