// Turns agenda rows into what the search works on.
import type { AgendaRow, AgendaValues } from '#db/agendas.ts'
import {
  agendaOfStaff,
  agendaOfStaffToExplain,
  agendaOfStaffToSearch,
  agendaToMove,
  agendasToChooseFrom,
  agendasToExplain,
  agendasToSearch,
  packing,
} from '#db/agendas.ts'
import type { Statement } from '#db/database.ts'
import { DomainError } from '#domain/errors.ts'
import { addDays } from '#domain/schedules/wall-clock.ts'
import { toSchedule } from '#domain/schedules/stored-schedule.ts'
import { parseOwn } from '#domain/json.ts'
import type { StaffAgenda, Taken } from './free-slots.ts'

const MINUTE = 60_000

export interface AgendaQuery {
  businessId: number
  serviceId: number
  /** Absent: everybody who performs the service. */
  resourceId?: number | undefined
  fromAt: number
  toAt: number
  /** The purpose decides which columns are read; `move` also finds somebody who does not perform the service. */
  purpose: 'search' | 'choose' | 'explain' | 'move'
}

/** Somebody who performs the service; `taken` knows its bookings' ids, so that a move can look past its own. */
export interface Agenda extends StaffAgenda {
  name: string
  branchId: number
  branchName: string
  taken: (Taken & { id: number })[]
  /** Work around that day: [startAt, endAt]; empty unless asked for. */
  worked: [number, number][]
}

export function agendaStatement({ purpose, ...query }: AgendaQuery): Statement<AgendaRow> {
  const { resourceId } = query
  const values: AgendaValues = {
    ...query,
    baseMinute: baseMinuteOf(query.fromAt),
    firstOn: addDays(dateOf(query.fromAt), -4),
    lastOn: addDays(dateOf(query.toAt), 3),
  }
  if (resourceId === undefined) return ofAll[purpose](values)
  return ofOne[purpose]({ ...values, resourceId })
}

const ofAll = {
  search: agendasToSearch,
  choose: agendasToChooseFrom,
  explain: agendasToExplain,
  move: agendasToChooseFrom,
}
/** Somebody who was named needs not be chosen. */
const ofOne = {
  search: agendaOfStaffToSearch,
  choose: agendaOfStaff,
  explain: agendaOfStaffToExplain,
  move: agendaToMove,
}

/** Before every packed time, and near enough that the numbers stay small, which JSON reads fastest. */
function baseMinuteOf(fromAt: number): number {
  return Math.floor(fromAt / MINUTE) - 8 * 1440
}

/** Throws conflict `staff.not_performing` for somebody who was asked for and does not perform the service. */
export function toAgenda(row: AgendaRow): Agenda {
  if (row.performs === 0) {
    const message = 'This staff member does not perform this service'
    throw new DomainError('staff.not_performing', { message })
  }
  const [busy, taken] = parseOwn<[number[], TakenRow[]]>(row.taken)
  return {
    id: row.id,
    name: row.name,
    branchId: row.branchId,
    branchName: row.branchName,
    timeZone: row.timeZone,
    schedule: toSchedule(row),
    sameHours: `${row.timeZone} ${row.weekly} ${row.overrides}`,
    busy: unpack(busy, row.baseMinute),
    taken: taken.map(([id, from, to, units, capacity, serviceId, expiresAt, startAt = from, endAt = to]) => {
      return { id, from, to, units, capacity, serviceId, expiresAt, startAt, endAt }
    }),
    worked: parseOwn<[number, number][]>(row.worked ?? '[]'),
  }
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

type TakenRow = [number, number, number, number, number, number | null, number | null, number?, number?]

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
