// The Neiros dialect: /api/userapi/v1/*, deals and where they came from. A "project" in a path is a deal, which is a lead.
import { openDoor } from '#http/door.ts'
import { about } from './about.ts'
import { auth } from './auth.routes.ts'
import { present } from './credentials.ts'
import { deals } from './deals.routes.ts'
import { documented } from './documented.ts'
import { limits } from './rate-limits.ts'
import { subjectOf } from './subject.ts'
import { voice } from './voice.ts'

export const neiros = openDoor({
  about,
  within: '/api/userapi/v1/*',
  voice,
  present,
  limits,
  log: { subjectOf },
  documented,
  routes: [auth, deals],
})
