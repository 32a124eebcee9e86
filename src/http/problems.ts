// Problem types as RFC 9457 means them: each is named by the address of a page that explains it.
import type { ErrorKind } from '#domain/errors.ts'

export interface Problem {
  slug: string
  title: string
}

export const problems: Readonly<Record<ErrorKind, Problem>> = {
  malformed: { slug: 'bad-request', title: 'Bad Request' },
  unauthenticated: { slug: 'unauthorized', title: 'Unauthorized' },
  payment_required: { slug: 'payment-required', title: 'Payment Required' },
  forbidden: { slug: 'forbidden', title: 'Forbidden' },
  not_found: { slug: 'not-found', title: 'Not Found' },
  conflict: { slug: 'conflict', title: 'Conflict' },
  stale: { slug: 'precondition-failed', title: 'Precondition Failed' },
  too_large: { slug: 'content-too-large', title: 'Content Too Large' },
  unsupported: { slug: 'unsupported-media-type', title: 'Unsupported Media Type' },
  invalid: { slug: 'validation-error', title: 'Validation Error' },
  rate_limited: { slug: 'rate-limit', title: 'Too Many Requests' },
  internal: { slug: 'internal-error', title: 'Internal Server Error' },
  unavailable: { slug: 'service-unavailable', title: 'Service Unavailable' },
}

/** Where the pages are. */
export const problemsPath = '/problems/'
