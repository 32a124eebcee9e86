// Turns agenda rows into what the search works on.
import type { AgendaRow, AgendaValues } from '#db/agendas.ts'
import {
  agendaOfOne,
  agendaOfOneToExplain,
  agendaOfOneToSearch,
  agendaToMove,
  agendasToChooseFrom,
  agendasToExplain,
  agendasToSearch,
  packing,
} from '#db/agendas.ts'
import type { Statement } from '#db/database.ts'
import { addDays } from '#domain/schedules/wall-clock.ts'
import { toSchedule } from '#domain/schedules/stored-schedule.ts'
import { parseOwn } from '#domain/json.ts'
import { notPerforming } from '#domain/resources/resource.ts'
import type { Bookable, Wished } from '#domain/resources/resource.ts'
import type { StaffAgenda, Taken } from './free-slots.ts'

const MINUTE = 60_000

export interface AgendaQuery extends Wished {
  businessId: number
  serviceId: number
  fromAt: number
  toAt: number
  /** The purpose decides which columns are read; `move` also finds somebody who does not perform the service. */
  purpose: 'search' | 'choose' | 'explain' | 'move'
}

/** Somebody who performs the service, or a room in which it takes place; `taken` knows its bookings' ids, so that a move can look past its own. */
export interface Agenda extends StaffAgenda {
  kind: Bookable
  name: string
  branchId: number
  branchName: string
  taken: (Taken & { id: number })[]
  /** Work around that day: [startAt, endAt]; empty unless asked for. */
  worked: [number, number][]
}

export function agendaStatement({ purpose, ...query }: AgendaQuery): Statement<AgendaRow> {
  const { businessId, serviceId, fromAt, toAt, resourceId, resourceKind: kind = 'staff' } = query
  const values: AgendaValues = {
    businessId,
    serviceId,
    fromAt,
    toAt,
    baseMinute: baseMinuteOf(fromAt),
    firstOn: addDays(dateOf(fromAt), -4),
    lastOn: addDays(dateOf(toAt), 3),
  }
  if (resourceId === undefined) return ofAll[purpose](values)
  return ofOne[purpose]({ ...values, resourceId, kind })
}

const ofAll = {
  search: agendasToSearch,
  choose: agendasToChooseFrom,
  explain: agendasToExplain,
  move: agendasToChooseFrom,
}
/** Somebody who was named needs not be chosen. */
const ofOne = {
  search: agendaOfOneToSearch,
  choose: agendaOfOne,
  explain: agendaOfOneToExplain,
  move: agendaToMove,
}

/** Before every packed time, and near enough that the numbers stay small, which JSON reads fastest. */
function baseMinuteOf(fromAt: number): number {
  return Math.floor(fromAt / MINUTE) - 8 * 1440
}

/** Throws conflict `staff.not_performing`, `room.not_performing` for what was asked for and does not perform the service. */
export function toAgenda(row: AgendaRow): Agenda {
  if (row.performs === 0) throw notPerforming(row.kind)
  const [busy, taken] = parseOwn<[number[], TakenRow[]]>(row.taken)
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    branchId: row.branchId,
    branchName: row.branchName,
    timeZone: row.timeZone,
    schedule: toSchedule(row),
    sameHours: `${row.timeZone} ${row.weekly} ${row.overrides}`,
    busy: unpack(busy, row.baseMinute),
    taken: taken.map(([id, from, to, units, serviceId, expiresAt, startAt, endAt = to]) => {
      return { id, from, to, units, serviceId, expiresAt, startAt, endAt }
    }),
    worked: parseOwn<[number, number][]>(row.worked ?? '[]'),
  }
}

/** The columns of a booking that say by whom or in which room it is, and so where. */
export function placeOf({
  id: resourceId,
  kind,
  name: resourceName,
  branchId,
  branchName,
  timeZone,
}: Agenda) {
  return { resourceId, resourceKind: kind, resourceName, branchId, branchName, timeZone }
}

/** The borders of packed times, sorted, with those that touch made one: from, to, from, to, … */
function unpack(times: readonly number[], baseMinute: number): number[] {
  const borders: number[] = []
  let last = -Infinity
  for (const time of Int32Array.from(times).sort()) {
    const from = (baseMinute + Math.floor(time / packing)) * MINUTE
    const to = from + (time % packing) * MINUTE
    if (from > last) borders.push(from, (last = to))
    else if (to > last) borders[borders.length - 1] = last = to
  }
  return borders
}

type TakenRow = [number, number, number, number, number | null, number | null, number, number?]

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
