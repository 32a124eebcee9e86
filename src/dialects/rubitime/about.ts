// What the documents say of the rubitime dialect as a whole.
import type { About } from '#http/documents.ts'

export const about: About = {
  path: '/api2/',
  title: 'Slotkeeper in the words of Rubitime',
  description: `Records of the business whose API key is sent as \`rk\`. Every method is a POST, every answer is \`{ status, message, data }\` with HTTP
status 200, refused or not. One call in five seconds.`,
  credentials: {},
  headers: {},
}
