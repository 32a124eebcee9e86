// From what the database has to what the search wants.
import type { AgendaRow, AgendaValues } from '#db/agendas.ts'
import {
  agendaOfStaff,
  agendaOfStaffToExplain,
  agendaToMove,
  agendasOfService,
  agendasToChooseFrom,
  agendasToExplain,
} from '#db/agendas.ts'
import type { Statement } from '#db/database.ts'
import { DomainError } from '#domain/errors.ts'
import { addDays } from '#domain/schedules/wall-clock.ts'
import { toSchedule } from '#domain/schedules/stored-schedule.ts'
import type { StaffAgenda, Taken } from './free-slots.ts'

export interface AgendaQuery {
  businessId: number
  serviceId: number
  /** Absent: everybody who performs the service. */
  resourceId?: number | undefined
  fromAt: number
  toAt: number
  /** To choose somebody fairly, or to explain what is in the way, more must be known; who is to be moved to may not be able. */
  purpose?: 'choose' | 'explain' | 'move'
}

/** Somebody who performs the service; `taken` knows its bookings' ids, so that a move can look past its own. */
export interface Agenda extends StaffAgenda {
  branchId: number
  taken: (Taken & { id: number })[]
  /** Work around that day: [startAt, endAt]; empty unless asked for. */
  worked: [number, number][]
}

export function agendaStatement({ purpose, ...query }: AgendaQuery): Statement<AgendaRow> {
  const { resourceId } = query
  const values: AgendaValues = {
    ...query,
    firstOn: addDays(dateOf(query.fromAt), -4),
    lastOn: addDays(dateOf(query.toAt), 3),
  }
  if (resourceId !== undefined) {
    if (purpose === 'explain') return agendaOfStaffToExplain({ ...values, resourceId })
    return (purpose === 'move' ? agendaToMove : agendaOfStaff)({ ...values, resourceId })
  }
  if (purpose === 'explain') return agendasToExplain(values)
  return purpose === 'choose' ? agendasToChooseFrom(values) : agendasOfService(values)
}

/** Throws conflict `staff.not_performing` for somebody who was asked for and does not perform the service. */
export function toAgenda(row: AgendaRow): Agenda {
  if (row.performs === 0) {
    const message = 'This staff member does not perform this service'
    throw new DomainError('conflict', 'staff.not_performing', message)
  }
  const taken = parsed<TakenRow[]>(row.taken)
  return {
    id: row.id,
    branchId: row.branchId,
    timeZone: row.timeZone,
    schedule: toSchedule(row),
    taken: taken.map(([id, from, to, units, capacity, serviceId, expiresAt, startAt = from, endAt = to]) => {
      return { id, from, to, units, capacity, serviceId, expiresAt, startAt, endAt }
    }),
    worked: parsed<[number, number][]>(row.worked ?? '[]'),
  }
}

type TakenRow = [number, number, number, number, number, number | null, number | null, number?, number?]

function parsed<T>(json: string): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the query beside it
  return JSON.parse(json) as T
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
