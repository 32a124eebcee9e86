// The words of this dialect for what a stay may be, and theirs for the domain's.
import { z } from '@hono/zod-openapi'
import type { Paid } from '#domain/stays/contents.ts'
import type { Extras, meals, Registration, Stay } from '#domain/stays/stay.ts'
import { wordsFor } from './wire.ts'

export const meal = wordsFor({
  none: 'OV',
  breakfast: 'BB',
  half_board: 'HB',
  full_board: 'FB',
  all_inclusive: 'AI',
  dinner: 'DINNER',
  breakfast_supper: 'BREAKFAST_SUPPER',
  dinner_supper: 'DINNER_SUPPER',
  supper: 'SUPPER',
} as const satisfies Record<(typeof meals)[number], string>)

export const registration = wordsFor({
  none: 'NONE',
  checked_in: 'CHECKED_IN',
  checked_out: 'CHECKED_OUT',
} as const satisfies Record<Registration, string>)

export const paid = wordsFor({
  nothing: 'NO_PAYMENT',
  prepayment: 'PREPAYMENT_PAID',
  all: 'PAID_ALL',
} as const satisfies Record<Paid, string>)

export const paymentKind = wordsFor({
  none: 'NONE',
  cash: 'CASH_PAYMENT',
  transfer: 'BANK_TRANSFER_PAYMENT',
  credit_card: 'CREDIT_CARD_PAYMENT',
  virtual_card: 'VIRTUAL_CARD_PAYMENT',
  online: 'ONLINE_PAYMENT',
} as const satisfies Record<Extras['paymentKind'], string>)

export const type = z.enum(['SINGLE', 'GROUP', 'LOCK'])
export type Type = z.infer<typeof type>

export function typeOf({ kind, groupId }: Pick<Stay, 'kind' | 'groupId'>): Type {
  if (kind === 'block') return 'LOCK'
  return groupId === null ? 'SINGLE' : 'GROUP'
}
