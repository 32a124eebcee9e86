import type { WrittenEvent } from '#db/events.ts'
import type { SubjectKind } from '#db/subjects.ts'
import { unsaid } from './event-data.ts'
import type { EventData, Subject } from './event-data.ts'

/** An event as it was written down. */
export type { WrittenEvent } from '#db/events.ts'

/** The nouns of events, as webhooks name them. */
type Noun = Exclude<SubjectKind, 'webhook'>

/** What a business can be told of, by noun: also what no verb tells of yet, since webhooks may ask for it already. */
const typesOf = {
  booking: [
    'booking.created',
    'booking.requested',
    'booking.updated',
    'booking.cancelled',
    'booking.checked_in',
    'booking.completed',
    'booking.no_show',
    'booking.reminder',
  ],
  lead: ['lead.received', 'lead.accepted'],
  review: ['review.created'],
  question: [],
  message: ['message.received'],
  payment: ['payment.completed'],
  invoice: [],
} as const satisfies { [S in Noun]: readonly `${S}.${string}`[] }

/** The types of events about a subject. A ping is asked for by hand, and told only to the webhook that it is for. */
export type TypeOf<S extends Subject> = S extends Noun ? (typeof typesOf)[S][number] : 'webhook.ping'

export type EventType = (typeof typesOf)[Noun][number]

export const eventTypes: readonly EventType[] = Object.values(typesOf).flat()

/** What an event of a type is about: its type begins with it. */
type NounOf<Type extends string> = Type extends `${infer Start}.${string}` ? Start : never

export function nounOf<Type extends EventType | 'webhook.ping'>(type: Type): NounOf<Type> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as its type says
  return type.split('.')[0] as NounOf<Type>
}

/** An event type, or all types of a noun. */
export type EventPattern = EventType | `${Noun}.*`

/** Every pattern there is. */
export const eventPatterns: readonly EventPattern[] = [
  ...eventTypes,
  ...new Set(eventTypes.map((type) => `${nounOf(type)}.*` as const)),
]

/** The queue has this long to bring an event to its consumer; then the sweep announces it once more. */
const announcedAfterMs = 30_000
/** How far back the event log reaches, and with it what was told of the events. */
const keptMs = 30 * 86_400_000

/** When the sweeps look at an event made at this instant. */
export function duesOf(createdAt: number): { announceAt: number; forgetAt: number } {
  return { announceAt: createdAt + announcedAfterMs, forgetAt: createdAt + keptMs }
}

/** A fact to be told: `data` is the subject as it then was, in the domain's own words. */
export type NewEvent = { [S in Subject]: Fact<S> }[Subject]

interface Fact<S extends Subject> {
  id: number
  businessId: number
  subject: S
  type: TypeOf<S>
  subjectId: number
  data: EventData[S]
}

/** An event with what it tells. */
export type ToldEvent<S extends Subject = Subject> = {
  [One in S]: Fact<One> & Pick<WrittenEvent, 'sequence' | 'actorType' | 'actorId' | 'requestId' | 'createdAt'>
}[S]

/** What was written down, read: what an event says nothing of, since it is older, is as `unsaid` has it. */
export function toldOf({ data, ...written }: WrittenEvent): ToldEvent {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every event was written as a NewEvent
  const event = { ...written, data: JSON.parse(data) } as ToldEvent
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its own, and more of it
  return { ...event, data: { ...unsaid[event.subject], ...event.data } } as ToldEvent
}
