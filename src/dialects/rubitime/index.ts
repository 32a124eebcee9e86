// The rubitime dialect: /api2/{method}.
import { openDoor } from '#http/door.ts'
import { about } from './about.ts'
import { present } from './credentials.ts'
import { methods } from './methods.ts'
import { limits } from './rate-limits.ts'
import { documented } from './route-documents.ts'
import { subjectOf } from './subject.ts'
import { voice } from './voice.ts'

export const rubitime = openDoor({
  about,
  within: '/api2/*',
  voice,
  present,
  limits,
  log: { subjectOf },
  documented,
  routes: [methods],
})
