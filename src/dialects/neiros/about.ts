// What the documents say of the Neiros dialect as a whole.
import type { About } from '#http/documents.ts'

export const about: About = {
  path: '/api/userapi/v1/',
  title: 'Slotkeeper in the words of Neiros',
  description: 'Deals, where they came from, and what they brought. Errors are `{ message, errors? }`.',
  credentials: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'id|secret' } },
  headers: {},
}
