// The native dialect: /api/*, and what describes the service as a whole.
import { openDoor } from '#http/door.ts'
import { about } from './about.ts'
import { auth } from './auth.routes.ts'
import { bookings } from './bookings.routes.ts'
import { branches } from './branches.routes.ts'
import { businesses } from './businesses.routes.ts'
import { coupons } from './coupons.routes.ts'
import { present } from './credentials.ts'
import { customers } from './customers.routes.ts'
import { documented } from './route-documents.ts'
import { addWebhooks } from './webhook-documents.ts'
import { events } from './events.routes.ts'
import { health } from './health.routes.ts'
import { integrations } from './integrations.routes.ts'
import { leads } from './leads.routes.ts'
import { limits } from './rate-limits.ts'
import { logs } from './logs.routes.ts'
import { rooms } from './rooms.routes.ts'
import { services } from './services.routes.ts'
import { sites } from './sites.routes.ts'
import { staff } from './staff.routes.ts'
import { subjectOf } from './subject.ts'
import { users } from './users.routes.ts'
import { visits } from './visits.routes.ts'
import { voice } from './voice.ts'
import { webhooks } from './webhooks.routes.ts'

export const native = openDoor({
  about,
  within: '/api/*',
  voice,
  present,
  limits,
  log: { subjectOf },
  documented,
  routes: [
    health,
    auth,
    users,
    businesses,
    services,
    staff,
    rooms,
    branches,
    customers,
    bookings,
    visits,
    leads,
    sites,
    coupons,
    integrations,
    logs,
    events,
    webhooks,
  ],
})
addWebhooks(native)
