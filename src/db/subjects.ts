/** What events tell of, and requests are about. */
export const subjects = [
  'booking',
  'webhook',
  'lead',
  'review',
  'question',
  'message',
  'payment',
  'invoice',
] as const
export type SubjectKind = (typeof subjects)[number]
