// What a request was about, for the log: the deal in its path. The business is not named in it.
import type { Subject } from '#domain/request-log/record.ts'
import type { Said } from '#http/request-log.ts'

export function subjectOf({ url, route, isGood }: Said): Subject {
  const id = isGood && route?.includes('/project/') ? Number(url.pathname.split('/')[5]) : null
  return { dialect: 'neiros', businessId: null, subject: id === null ? null : 'lead', subjectId: id }
}
