// What a request was about: the record that it names, or that it made.
import type { Subject } from '#domain/request-log/record.ts'
import type { Said } from '#http/request-log.ts'

export function subjectOf({ route, isGood, asked, answered }: Said): Subject {
  const isOfRecord = isGood && route?.endsWith('-record')
  const subjectId = isOfRecord ? (idIn(asked) ?? idIn(dataIn(answered()))) : null
  return { dialect: 'rubitime', businessId: null, subject: subjectId === null ? null : 'booking', subjectId }
}

function dataIn(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : undefined
}

function idIn(json: unknown): number | null {
  if (typeof json !== 'object' || json === null || !('id' in json)) return null
  const id = Number(json.id)
  return Number.isSafeInteger(id) && id > 0 ? id : null
}
