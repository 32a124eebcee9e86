import { expect, it } from 'vitest'
import { subjectOf } from '#dialects/native/subject.ts'

const said = (method: string, path: string, route: string | null) => ({
  method,
  url: new URL(`https://slotkeeper.test${path}`),
  route,
  isGood: true,
  asked: undefined as unknown,
  answered: (): unknown => undefined,
})
const never = () => {
  throw new Error('a large answer was looked through')
}

it.each([
  [
    'a list, by its address',
    { ...said('GET', '/api/bookings/business/4', '/api/bookings/business/{businessId}'), answered: never },
    { businessId: 4, subject: null, subjectId: null },
  ],
  [
    'a business, by its id',
    said('GET', '/api/businesses/4', '/api/businesses/{id}'),
    { businessId: 4, subject: null, subjectId: null },
  ],
  [
    'a question, by its query',
    said('GET', '/api/logs?businessId=4', '/api/logs'),
    { businessId: 4, subject: null, subjectId: null },
  ],
  [
    'a lead, by its address',
    said('PATCH', '/api/businesses/4/leads/7', '/api/businesses/{id}/leads/{leadId}'),
    { businessId: 4, subject: 'lead', subjectId: 7 },
  ],
  [
    'a lead that was left, by what was sent and answered',
    { ...said('POST', '/api/leads', '/api/leads'), asked: { businessId: 4 }, answered: () => ({ id: 7 }) },
    { businessId: 4, subject: 'lead', subjectId: 7 },
  ],
  [
    'the leads of a business, by its id',
    {
      ...said('GET', '/api/businesses/4/leads', '/api/businesses/{id}/leads'),
      answered: () => ({ leads: [] }),
    },
    { businessId: 4, subject: null, subjectId: null },
  ],
  [
    'a refused wish, by what was sent',
    {
      ...said('POST', '/api/bookings', '/api/bookings'),
      isGood: false,
      asked: { businessId: 4 },
      answered: never,
    },
    { businessId: 4, subject: null, subjectId: null },
  ],
  [
    'a booking, by what was answered',
    {
      ...said('POST', '/api/bookings', '/api/bookings'),
      asked: { businessId: 4 },
      answered: () => ({ id: 17 }),
    },
    { businessId: 4, subject: 'booking', subjectId: 17 },
  ],
  [
    'a hold',
    { ...said('POST', '/api/bookings/holds', '/api/bookings/holds'), answered: () => ({ holdId: 21 }) },
    { businessId: null, subject: 'booking', subjectId: 21 },
  ],
  [
    'a cancellation, by both',
    {
      ...said('POST', '/api/bookings/17/cancel', '/api/bookings/{id}/cancel'),
      answered: () => ({ id: 17, businessId: 4 }),
    },
    { businessId: 4, subject: 'booking', subjectId: 17 },
  ],
  [
    'a change of something else',
    { ...said('PATCH', '/api/services/9', '/api/services/{id}'), answered: () => ({ id: 9, businessId: 4 }) },
    { businessId: 4, subject: null, subjectId: null },
  ],
  [
    'a booking that is not there',
    { ...said('GET', '/api/bookings/17', '/api/bookings/{id}'), isGood: false },
    { businessId: null, subject: null, subjectId: null },
  ],
  [
    'one’s own list',
    { ...said('GET', '/api/bookings/my-bookings', '/api/bookings/my-bookings'), answered: never },
    { businessId: null, subject: null, subjectId: null },
  ],
  ['nothing', said('GET', '/api/nothing', null), { businessId: null, subject: null, subjectId: null }],
])('a request is about %s', (_, request, subject) => {
  expect(subjectOf(request)).toEqual({ dialect: 'native', ...subject })
})
