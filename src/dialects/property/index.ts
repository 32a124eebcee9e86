// The property dialect: /v1/public/*, guest houses and hotels, rooms by the night.
import { openDoor } from '#http/door.ts'
import { about } from './about.ts'
import { auth } from './auth.routes.ts'
import { availability } from './availability.routes.ts'
import { present } from './credentials.ts'
import { entitlement } from './entitlement.ts'
import { documented } from './route-documents.ts'
import { guests } from './guests.routes.ts'
import { invoices } from './invoices.routes.ts'
import { health } from './health.routes.ts'
import { pricing } from './pricing.routes.ts'
import { limits } from './rate-limits.ts'
import { reservations } from './reservations.routes.ts'
import { rates } from './rates.routes.ts'
import { roomTypes } from './room-types.routes.ts'
import { rooms } from './rooms.routes.ts'
import { sources } from './sources.routes.ts'
import { subjectOf } from './subject.ts'
import { voice } from './voice.ts'
import { addWebhooks } from './webhook-documents.ts'
import { webhooks } from './webhooks.routes.ts'

export const property = openDoor({
  about,
  within: '/v1/public/*',
  voice,
  requestIdHeader: 'RUID',
  present,
  limits,
  log: { subjectOf },
  documented,
  checksQueries: true,
  entitlement,
  routes: [
    health,
    auth,
    guests,
    invoices,
    reservations,
    availability,
    rooms,
    roomTypes,
    rates,
    pricing,
    sources,
    webhooks,
  ],
})
addWebhooks(property)
