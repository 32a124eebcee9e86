/** What a key may be allowed to do; a write scope does not imply its read scope. */
export const scopes = [
  'bookings:read',
  'bookings:write',
  'bookings:manage',
  'services:read',
  'branches:write',
  'coupons:read',
  'coupons:write',
  'availability:read',
  'customers:read',
  'customers:write',
  'leads:read',
  'webhooks:manage',
  'logs:read',
  'events:read',
  ...(['reservations', 'locks', 'clients', 'rooms', 'invoices'] as const).flatMap((noun) =>
    (['read', 'create', 'update', 'delete'] as const).map((verb) => `${noun}.${verb}` as const),
  ),
  'pricing.read',
  'pricing.update',
  'availability.read',
  'rates.read',
  'rates.create',
  'rates.update',
  'rates.delete',
  'sources.read',
  'sources.create',
  'sources.delete',
  'webhooks.read',
  'webhooks.create',
  'webhooks.delete',
] as const

export type Scope = (typeof scopes)[number]

/** What else a scope stands for: the same thing, as another dialect calls it. */
const implied: Partial<Record<Scope, readonly Scope[]>> = {
  'bookings:read': ['reservations.read', 'locks.read'],
  'bookings:write': [
    'reservations.create',
    'reservations.update',
    'reservations.delete',
    'locks.create',
    'locks.update',
    'locks.delete',
  ],
  'webhooks:manage': ['webhooks.read', 'webhooks.create', 'webhooks.delete'],
}

/** Whether what was granted is enough for what is wanted. */
export function allows(granted: readonly Scope[], wanted: Scope): boolean {
  return granted.some((scope) => scope === wanted || implied[scope]?.includes(wanted))
}
