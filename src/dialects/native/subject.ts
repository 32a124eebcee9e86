// The subject of a request as the request itself names it: in its path, its body or its answer.
import type { Subject } from '#domain/request-log/record.ts'
import type { Said } from '#http/request-log.ts'

export function subjectOf({ method, url, route, isGood, asked, answered }: Said): Subject {
  const inPath = (name: string) => parameter(url, route, name)
  const business =
    inPath(route?.startsWith('/api/businesses/') ? 'id' : 'businessId') ??
    toId(url.searchParams.get('businessId')) ??
    idIn(asked, 'businessId')
  const noun = nounOf(route)
  const named = isGood && noun ? inPath(noun === 'lead' ? 'leadId' : 'id') : null
  // An answer about one thing names its business; a list's does not.
  const isOfOne = isGood && (method === 'POST' || inPath('id') !== null)
  const answer = isOfOne && (business === null || named === null) ? answered() : undefined
  const made = noun && (idIn(answer, 'holdId') ?? idIn(answer, 'id'))
  const subjectId = named ?? made
  return {
    dialect: 'native',
    businessId: business ?? idIn(answer, 'businessId'),
    subject: subjectId === null ? null : noun,
    subjectId,
  }
}

function nounOf(route: string | null): 'booking' | 'lead' | null {
  if (route?.includes('/bookings')) return 'booking'
  return route?.includes('/leads') ? 'lead' : null
}

function parameter({ pathname }: URL, route: string | null, name: string): number | null {
  const index = route?.split('/').indexOf(`{${name}}`) ?? -1
  return index < 0 ? null : toId(pathname.split('/')[index])
}

function idIn(json: unknown, name: string): number | null {
  return typeof json === 'object' && json !== null ? toId(Reflect.get(json, name)) : null
}

function toId(value: unknown): number | null {
  const id = typeof value === 'number' || (typeof value === 'string' && value !== '') ? Number(value) : NaN
  return Number.isSafeInteger(id) && id > 0 ? id : null
}
