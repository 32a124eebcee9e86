// All dialects, the one with the longest path first.
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Formats } from '#domain/webhooks/ports.ts'
import type { Hallway } from '#http/hallway.ts'
import type { Voice } from '#http/refusal.ts'
import { format as nativeFormat } from './native/events.wire.ts'
import { neiros } from './neiros/index.ts'
import { voice as neirosVoice } from './neiros/voice.ts'
import { native } from './native/index.ts'
import { voice as nativeVoice } from './native/voice.ts'
import { format as rubitimeFormat } from './rubitime/events.wire.ts'
import { rubitime } from './rubitime/index.ts'
import { voice as rubitimeVoice } from './rubitime/voice.ts'
import { format as propertyFormat } from './property/events.wire.ts'
import { property } from './property/index.ts'
import { voice as propertyVoice } from './property/voice.ts'

export interface Dialect {
  name: string
  path: string
  door: OpenAPIHono<Hallway>
  voice: Voice
}

export const dialects: readonly Dialect[] = [
  { name: 'neiros', path: '/api/userapi/v1/', door: neiros, voice: neirosVoice },
  { name: 'property', path: '/v1/public/', door: property, voice: propertyVoice },
  { name: 'rubitime', path: '/api2/', door: rubitime, voice: rubitimeVoice },
  { name: 'native', path: '/', door: native, voice: nativeVoice },
]

/** How each dialect tells of events. Webhooks can ask for no other. */
export const formats: Formats = { native: nativeFormat, property: propertyFormat, rubitime: rubitimeFormat }
