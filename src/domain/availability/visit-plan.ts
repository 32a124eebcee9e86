// How the parts of a visit follow one another: each begins when the one before ends, or, by the same person or in the same
// room, as soon as the buffers between the two are over.
import type { ServiceRules, StaffAgenda } from './free-slots.ts'

const minute = 60_000

/** A service that is wanted, and all who may do it, the one whose turn it is first. */
export interface VisitPart<Agenda extends StaffAgenda> {
  service: ServiceRules
  staff: readonly Agenda[]
}

/** Instants in epoch ms. */
export interface PlannedPart<Agenda extends StaffAgenda> {
  agenda: Agenda
  startAt: number
  endAt: number
}

/** How many services one visit has at most. */
export const mostParts = 8
/** How long after its start the last part of a visit begins at the latest: so far ahead everybody's calendar is looked at. */
export const longestVisitMs = 24 * 60 * minute

/**
 * Answers for any start of a visit by whom each of its parts can be done, and when: undefined where no choice of people lets
 * all of them follow. Nobody waits who need not, and then it is done by whose turn it is. `isFree` says whether somebody can
 * do a part then; what was found out for one start counts for all others.
 */
export function visitPlanner<Agenda extends StaffAgenda>(
  parts: readonly VisitPart<Agenda>[],
  isFree: (part: number, agenda: Agenda, startAt: number) => boolean,
): (startAt: number) => PlannedPart<Agenda>[] | undefined {
  const longestBefore = Math.max(0, ...parts.map(({ service }) => service.bufferBeforeMinutes * minute))
  const hopeless = new Set<string>()

  // `busyUntil` knows until when those who did the parts before are kept by their buffers.
  const follow = (index: number, at: number, busyUntil: ReadonlyMap<number, number>): Plan | undefined => {
    const part = parts[index]
    if (!part) return []
    const kept = [...busyUntil].filter(([, until]) => until + longestBefore > at).sort(([a], [b]) => a - b)
    const state = [index, at, ...kept.flat()].join(' ')
    if (hopeless.has(state)) return undefined
    const { durationMinutes, bufferBeforeMinutes, bufferAfterMinutes } = part.service
    const choices = part.staff
      .map((agenda) => {
        const until = busyUntil.get(agenda.id) ?? -Infinity
        return { agenda, startAt: Math.max(at, until + bufferBeforeMinutes * minute) }
      })
      .sort((one, other) => one.startAt - other.startAt)
    for (const { agenda, startAt } of choices) {
      if (!isFree(index, agenda, startAt)) continue
      const endAt = startAt + durationMinutes * minute
      const later = new Map(kept).set(agenda.id, endAt + bufferAfterMinutes * minute)
      const rest = follow(index + 1, endAt, later)
      if (rest) return [{ agenda, startAt, endAt }, ...rest]
    }
    hopeless.add(state)
    return undefined
  }
  type Plan = PlannedPart<Agenda>[]
  return (startAt) => follow(0, startAt, new Map())
}
