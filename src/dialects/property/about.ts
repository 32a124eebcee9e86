// What the documents say of the property dialect as a whole.
import type { About } from '#http/documents.ts'

export const about: About = {
  path: '/v1/public/',
  title: 'Slotkeeper for houses',
  description: `Rooms by the night: reservations, locks, guests, rates, prices and invoices. A night is never sold twice.

**Credentials.** \`Authorization: Bearer\` with a key of the business, or with a token that \`/auth/token\` gives for it; what a key must
be allowed for is a route's \`x-scope\`. What belongs to another business does not exist: 404.

**Answers** are \`{ data, meta }\`; \`meta.ruid\` names the request, and so does the header \`RUID\`.

**Errors** are problems of RFC 9457; \`errors\` has what is wrong with each field. 400 is a request that cannot be understood, 422 one that
breaks a rule. The address in \`type\` explains it.

**Lists** take \`page\`, \`limit\`, \`orderBy\` and \`orderType\`. Arrays are repeated: \`roomId=1&roomId=2\`, or with \`roomId[]\`.

**Idempotency-Key** on a POST: the same key and request get the first answer again for 7 days, byte for byte.

**Limits.** 60 requests in any minute for a key and its tokens.

**Dates** are days of the property's own calendar: a stay is the nights from its arrival to the day before its departure. **Money** is decimal.`,
  credentials: {
    apiKey: {
      type: 'http',
      scheme: 'bearer',
      description:
        'A key of a business, or a token for one. What it must be allowed for is the x-scope of the route.',
    },
  },
  headers: {
    RUID: 'The name of the request, also in the request log',
    Location: 'Where it is found',
    'X-RateLimit-Limit': 'How many requests there may be in a minute',
    'X-RateLimit-Remaining': 'How many of them are left',
    'Retry-After': 'Seconds',
  },
}
