/** Statuses that end when their time is up. */
export const lapsingStatuses = ['held', 'pending', 'awaiting_payment'] as const
/** Statuses in which a booking takes its slot. */
export const blockingStatuses = [...lapsingStatuses, 'confirmed', 'rescheduling', 'checked_in'] as const
/** Those in which somebody is still expected. */
export const remindedStatuses = ['pending', 'awaiting_payment', 'confirmed', 'rescheduling'] as const
export const bookingStatuses = [
  ...blockingStatuses,
  'completed',
  'cancelled',
  'declined',
  'expired',
  'no_show',
] as const

export const paymentStatuses = [
  'not_required',
  'unpaid',
  'partially_paid',
  'paid',
  'refunded',
  'failed',
] as const
