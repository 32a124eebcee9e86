// Where each table lives once the data is in more than one database. What is looked up before anybody knows which business
// it is about is in the directory, of which there is one; a business's own data is wherever the business is. No statement
// touches both, so that it can run in either.

/** Who there is, how they prove it, where they belong, and which businesses can be found. */
export const directoryTables = [
  'accounts',
  'sessions',
  'refreshTokens',
  'members',
  'businessListings',
  'businessWords',
  'apiKeys',
  'tokens',
] as const

/** What belongs to one business, and what its own rules know of the business itself. */
export const tenantTables = [
  'businesses',
  'branches',
  'resources',
  'rooms',
  'schedules',
  'scheduleOverrides',
  'timeOff',
  'services',
  'serviceResources',
  'customers',
  'searchWords',
  'invoices',
  'invoiceItems',
  'sources',
  'sites',
  'leads',
  'leadStages',
  'coupons',
  'bookings',
  'bookingGroups',
  'bookingHistory',
  'stays',
  'rates',
  'roomTypes',
  'nightlyPrices',
  'events',
  'webhooks',
  'webhookDeliveries',
  'webhookAttempts',
  'erasedMarks',
] as const

/** Written in the batch of whatever they tell of: each database has its own. */
export const everywhereTables = ['idempotencyRecords'] as const
