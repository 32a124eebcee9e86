// The status of a record: a number and a title for each of ours, and which of ours a number means.
import type { BookingStatus } from '#domain/bookings/booking-status.ts'

/** The title of each number, and what a client that sets it means. */
const meanings: readonly { title: string; status: BookingStatus }[] = [
  { title: 'Записан', status: 'confirmed' },
  { title: 'На обслуживании', status: 'checked_in' },
  { title: 'Завершен', status: 'completed' },
  { title: 'Ожидание предоплаты', status: 'awaiting_payment' },
  { title: 'Отменен', status: 'cancelled' },
  { title: 'Ожидает подтверждения', status: 'pending' },
  { title: 'Добавлено в корзину', status: 'held' },
  { title: 'Перенос записи', status: 'rescheduling' },
]

/** Whatever called a booking off is one number here. */
const numbers: Record<BookingStatus, number> = {
  confirmed: 0,
  checked_in: 1,
  completed: 2,
  awaiting_payment: 3,
  cancelled: 4,
  declined: 4,
  expired: 4,
  no_show: 4,
  pending: 5,
  held: 6,
  rescheduling: 7,
}

export const highestNumber = meanings.length - 1

export function numberOf(status: BookingStatus): number {
  return numbers[status]
}

export function titleOf(status: BookingStatus): string {
  return meanings[numbers[status]]?.title ?? ''
}

/** What a number means that a client sets; undefined for one that there is not. */
export function statusOf(number: number): BookingStatus | undefined {
  return meanings[number]?.status
}
