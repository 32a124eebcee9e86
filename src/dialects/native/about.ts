// What the documents say of the native dialect as a whole.
import type { About } from '#http/documents.ts'

export const about: About = {
  path: '/',
  title: 'Slotkeeper',
  description: `Bookings that are never sold twice, and everybody who should hear of a change hears of it.

**Credentials.** People send \`Authorization: Bearer <access_token>\`, partners \`X-API-Key\`; what a key must be allowed for is a
route's \`x-scope\`. What belongs to somebody else does not exist: 404.

**Errors** are \`{ error, code, requestId, errors? }\`: a sentence, a stable code, the request's name in the log, and the fields
at fault. 400 is a request that cannot be understood, 422 one that breaks a rule.

**Lists** take \`page\` and \`limit\`, or \`cursor\`: the \`nextCursor\` of the answer before, at the same cost however deep.

**Idempotency-Key** on a POST: the same key and request get the first answer again for 7 days, byte for byte.

**Versions.** Bookings carry a \`version\`; \`If-Match\` refuses a change (412) that starts from an older one.

**Limits.** 500 requests in any 15 minutes per caller, 20 per address where passwords are tried; \`RateLimit\` says what is left.

**Times** are ISO 8601; answers are in UTC. **Money** is in minor units of an ISO 4217 currency.`,
  credentials: {
    accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    apiKey: {
      type: 'apiKey',
      in: 'header',
      name: 'X-API-Key',
      description: 'A key of a business. What it must be allowed for is the x-scope of the route.',
    },
  },
  headers: {
    'X-Request-Id': 'The name of the request, also in the request log',
    RateLimit:
      'What is left of the limit that is nearest: "default";r=499;t=900 is 499 calls, more in 900 seconds',
    'RateLimit-Policy': 'The limits that were counted: "default";q=500;w=900 is 500 calls in any 900 seconds',
    'Retry-After': 'Seconds',
  },
}
