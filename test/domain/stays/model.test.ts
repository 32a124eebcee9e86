// Random commands, many of which die on the way and are sent again, against a plan of rooms and nights on paper: what
// the verbs, the database, the locks, the events and the availability say is what the paper says.
import { evictDurableObject } from 'cloudflare:test'
import fc from 'fast-check'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { addDays } from '#domain/schedules/wall-clock.ts'
import { cancelStay } from '#domain/stays/cancel-stay.ts'
import { findNights } from '#domain/stays/find-nights.ts'
import { placeStays } from '#domain/stays/place-stays.ts'
import { restoreStay } from '#domain/stays/restore-stay.ts'
import { updateStay } from '#domain/stays/update-stay.ts'
import { aMinuteLater, dyingAt, expectAgreement } from '../../mortal.ts'
import { contextOf, lockOf, query, setClock, settled } from '../../world.ts'
import { aHouse } from './house.ts'
import type { House } from './house.ts'

const rooms = [0, 1, 2]
/** Ten nights, one of which is an hour longer than others. */
const firstOn = '2031-10-22'
const nights = Array.from({ length: 10 }, (_, night) => night)
const dateOf = (night: number) => addDays(firstOn, night)

const room = fc.constantFrom(...rooms)
const from = fc.integer({ min: 0, max: nights.length - 4 })
const length = fc.integer({ min: 1, max: 4 })
const which = fc.nat({ max: 30 })
const group = fc.shuffledSubarray(rooms, { minLength: 1 })

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('place' as const),
      kind: fc.constantFrom('stay' as const, 'stay' as const, 'block' as const),
      room,
      from,
      length,
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('group' as const), group, from, length }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('join' as const), which, room, from, length }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('dates' as const), which, from, length }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('room' as const), which, room }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('cancel' as const), which, withGroup: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('restore' as const), which, withGroup: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('checkIn' as const), which }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('checkOut' as const), which }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** A step, the half wait at which its process dies, if it does, and a lock that forgets all but what it has stored. */
const command = fc.record({
  step,
  diesAt: fc.option(fc.integer({ min: 1, max: 14 })),
  evicted: fc.option(room, { freq: 5 }),
})

/** A line on the paper; lines are known by their place on it, groups by that of their first. */
interface Line {
  kind: 'stay' | 'block'
  room: number
  arrivalOn: string
  departureOn: string
  status: string
  group: number | null
  /** How often something happened to it. */
  changes: number
}
type Paper = readonly Line[]

const takes = ({ status }: Line) => status === 'confirmed' || status === 'checked_in'
const stands = (line: Line) => takes(line) || line.status === 'completed'

function takersOf(paper: Paper, wanted: number, on: string): Line[] {
  return paper.filter(
    (line) => takes(line) && line.room === wanted && line.arrivalOn <= on && on < line.departureOn,
  )
}

function isFine(paper: Paper): boolean {
  return rooms.every((each) => nights.every((night) => takersOf(paper, each, dateOf(night)).length <= 1))
}

const changesOn = (paper: Paper) => paper.reduce((sum, { changes }) => sum + changes, 0)

/** The paper with some of its lines changed, or with more lines; none when two would have one night. */
function changed(paper: Paper, indexes: readonly number[], change: Partial<Line>): Paper | undefined {
  const after = paper.map((line, index) =>
    indexes.includes(index) ? { ...line, ...change, changes: line.changes + 1 } : line,
  )
  return isFine(after) ? after : undefined
}

const datesOf = (wanted: { from: number; length: number }) => ({
  arrivalOn: dateOf(wanted.from),
  departureOn: dateOf(wanted.from + wanted.length),
})

/** What the paper is to say once the step is done; nothing where it is to be refused. */
function expectedAfter(paper: Paper, wanted: Step): Paper | undefined {
  const added = (
    rest: Pick<Line, 'kind' | 'group'>,
    into: readonly number[],
    dates: Parameters<typeof datesOf>[0],
  ) => {
    const lines = into.map((each) => ({
      room: each,
      ...datesOf(dates),
      status: 'confirmed',
      changes: 1,
      ...rest,
    }))
    return isFine([...paper, ...lines]) ? [...paper, ...lines] : undefined
  }
  if (wanted.type === 'place') return added({ kind: wanted.kind, group: null }, [wanted.room], wanted)
  if (wanted.type === 'group') return added({ kind: 'stay', group: paper.length }, wanted.group, wanted)

  const index = wanted.which % Math.max(1, paper.length)
  const line = paper[index]
  if (!line) return undefined
  if (wanted.type === 'join') {
    return line.group === null ? undefined : added({ kind: 'stay', group: line.group }, [wanted.room], wanted)
  }
  /** It, and the others of its group that are as it is, if all are meant. */
  const alike = (isAlike: (other: Line) => boolean, withGroup: boolean) =>
    paper.flatMap((other, at) => {
      const isOfIt = withGroup && line.group !== null && other.group === line.group && isAlike(other)
      return at === index || isOfIt ? [at] : []
    })
  const isCalledOff = ({ status }: Line) => status === 'cancelled'
  if (wanted.type === 'restore') {
    const all = alike(isCalledOff, wanted.withGroup)
    return isCalledOff(line) ? changed(paper, all, { status: 'confirmed' }) : undefined
  }
  if (!stands(line)) return undefined
  if (wanted.type === 'cancel') {
    const all = alike(stands, wanted.withGroup)
    const mayAll = all.every((at) => paper[at]?.status === 'confirmed')
    return mayAll ? changed(paper, all, { status: 'cancelled' }) : undefined
  }
  if (wanted.type === 'dates' || wanted.type === 'room') {
    const change = wanted.type === 'dates' ? datesOf(wanted) : { room: wanted.room }
    const isAsBefore = Object.entries(change).every(([name, value]) => line[name as keyof Line] === value)
    return isAsBefore ? paper : changed(paper, [index], change)
  }
  const status = wanted.type === 'checkIn' ? 'checked_in' : 'completed'
  if (line.kind === 'block') return undefined
  if (line.status === status) return paper
  return line.status === 'completed' ? undefined : changed(paper, [index], { status })
}

interface Kept extends Omit<Line, 'room' | 'group' | 'changes'> {
  id: number
  resourceId: number
  groupId: number | null
  version: number
  historyRows: number
  events: number
}

const keptIn = ({ businessId }: House) =>
  query<Kept>(
    `select id, bookings.kind, resourceId, arrivalOn, departureOn, status, groupId, version,
       (select count(*) from bookingHistory where bookingId = bookings.id) as historyRows,
       (select count(*) from events where businessId = ?1 and subjectId = bookings.id) as events
     from bookings join stays on stays.bookingId = bookings.id where bookings.businessId = ?1 order by id`,
    businessId,
  )

/** The paper that the database would write. */
function toPaper(house: House, kept: readonly Kept[]): Paper {
  return kept.map(({ kind, resourceId, arrivalOn, departureOn, status, groupId, version }) => ({
    kind,
    room: house.rooms.indexOf(resourceId),
    arrivalOn,
    departureOn,
    status,
    group: groupId === null ? null : kept.findIndex(({ id }) => id === groupId),
    changes: version,
  }))
}

async function take(ctx: Context, house: House, kept: readonly Kept[], wanted: Step): Promise<unknown> {
  const { businessId, guestId: customerId } = house
  const place = (
    { kind = 'stay', groupId }: { kind?: Line['kind']; groupId?: number | undefined },
    into: readonly number[],
    dates: Parameters<typeof datesOf>[0],
  ) =>
    placeStays(ctx, {
      businessId,
      kind,
      ...datesOf(dates),
      roomIds: into.map((each) => house.rooms[each] ?? 0),
      isGroup: wanted.type !== 'place',
      groupId,
      ...(kind === 'stay' && { customerId }),
      contents: {},
    })
  if (wanted.type === 'place') return place({ kind: wanted.kind }, [wanted.room], wanted)
  if (wanted.type === 'group') return place({}, wanted.group, wanted)
  const of = kept[wanted.which % Math.max(1, kept.length)]
  const id = of?.id ?? 1
  if (wanted.type === 'join') return place({ groupId: of?.groupId ?? 1 }, [wanted.room], wanted)
  if (wanted.type === 'restore') return restoreStay(ctx, { id, withGroup: wanted.withGroup })
  if (wanted.type === 'cancel') return cancelStay(ctx, { id, withGroup: wanted.withGroup })
  const update = (change: Partial<Parameters<typeof updateStay>[1]>) =>
    updateStay(ctx, { id, businessId, contents: {}, ...change })
  if (wanted.type === 'dates') return update(datesOf(wanted))
  if (wanted.type === 'room') return update({ roomId: house.rooms[wanted.room] })
  return update({ registration: wanted.type === 'checkIn' ? 'checked_in' : 'checked_out' })
}

/** Whether the work was done; refusals are an answer, everything else is not. */
async function isDone(work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return true
  } catch (error) {
    if (error instanceof DomainError && ['conflict', 'not_found', 'invalid'].includes(error.kind))
      return false
    throw error
  }
}

/** All who could say something of the house say the same. */
async function expectOneTruth(house: House, paper: Paper): Promise<void> {
  const kept = await keptIn(house)
  expect(toPaper(house, kept)).toEqual(paper)
  expect(isFine(paper)).toBe(true)
  // Each change is told once.
  for (const { version, historyRows, events } of kept)
    expect([historyRows, events]).toEqual([version, version])
  await expectAgreement(house, house.rooms)
  const span = { businessId: house.businessId, fromOn: firstOn, toOn: dateOf(nights.length - 1) }
  const found = await findNights(contextOf(house.owner), span)
  expect(found.map((each) => each.nights.map(({ roomsToSell }) => roomsToSell))).toEqual(
    rooms.map((each) => nights.map((night) => 1 - takersOf(paper, each, dateOf(night)).length)),
  )
}

beforeEach(() => {
  // The dead leave warnings.
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
})

describe('a house under random commands', () => {
  it('sells each night of each room once, groups whole or not at all, whoever dies on the way', async () => {
    const seen = { done: 0, refused: 0, died: 0, sentAgain: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 8, maxLength: 20 }), async (commands) => {
        setClock()
        const house = await aHouse({ rooms: rooms.length })
        let paper: Paper = []
        for (const { step: wanted, diesAt, evicted } of commands) {
          const after = expectedAfter(paper, wanted)
          const kept = await keptIn(house)
          let done: boolean | undefined
          const send = async (ctx: Context) => {
            done = await isDone(take(ctx, house, kept, wanted))
          }
          const died = diesAt !== null && (await dyingAt(diesAt, house.owner, send))
          if (died) {
            await aMinuteLater(house, house.rooms)
            const found = toPaper(house, await keptIn(house))
            // All of it happened, or nothing; and whoever was not answered asks once more.
            expect([paper, after ?? paper]).toContainEqual(found)
            await expectOneTruth(house, found)
            if (changesOn(found) > changesOn(paper)) done = true
            else {
              await send(contextOf(house.owner))
              seen.sentAgain += 1
            }
            seen.died += 1
          } else if (diesAt === null) await send(contextOf(house.owner))
          expect(done).toBe(after !== undefined)
          await settled()
          paper = after ?? paper
          seen[after ? 'done' : 'refused'] += 1
          await expectOneTruth(house, paper)
          if (evicted !== null) await evictDurableObject(lockOf(house, house.rooms[evicted]))
        }
      }),
      { numRuns: 20, seed: 20311026 },
    )
    // The histories were not idle ones.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(50)
  }, 60_000)
})
