// What events tell, by what they are about. It is stored, and read by whatever comes later: fields are named here, and
// are not a table's columns.
import type { bookingKinds } from '#db/bookings/bookings.ts'
import type { bookingStatuses, paymentStatuses } from '#db/bookings/booking-statuses.ts'
import type { leadStatuses } from '#db/leads.ts'
import type { resourceKinds } from '#db/resources.ts'

/** The data of events by subject. Adding one, the compiler names everything else it needs. */
export interface EventData {
  booking: ToldBooking
  lead: LeadSnapshot
  payment: PaymentSnapshot
  /** A ping, which is for one webhook alone. */
  webhook: { webhookId: number }
}

export type Subject = keyof EventData

type OfEach = { readonly [S in Subject]: Partial<EventData[S]> }

/** A booking as it was; instants in ms since 1970, money in minor units. */
export interface BookingSnapshot {
  id: number
  businessId: number
  kind: (typeof bookingKinds)[number]
  branchId: number
  serviceId: number | null
  resourceId: number | null
  resourceKind: (typeof resourceKinds)[number] | null
  customerId: number | null
  customerName: string | null
  customerEmail: string | null
  customerPhone: string | null
  startAt: number
  endAt: number
  timeZone: string
  units: number
  status: (typeof bookingStatuses)[number]
  expiresAt: number | null
  paymentStatus: (typeof paymentStatuses)[number]
  priceMinor: number
  currency: string
  couponCode: string | null
  discountMinor: number
  prepaymentMinor: number | null
  prepaidAt: number | null
  notes: string | null
  sourceId: number | null
  source: string | null
  /** JSON of an object. */
  customFields: string
  groupId: number | null
  cancelReason: string | null
  cardToken: string
  enteredBy: number | null
  remindAt: number | null
  reminderMinutes: number | null
  remindedAt: number | null
  removedAt: number | null
  version: number
  createdAt: number
  updatedAt: number
}

/** A booking, and what all that it names is called. */
export interface NamedBooking extends BookingSnapshot {
  branchName: string | null
  serviceName: string | null
  resourceName: string | null
}

/** Bookings that were changed together are told of by an event each, and all of them by the first one's. */
export interface Company {
  /** In the first one's event: the others. */
  companions: readonly { id: number; resourceId: number | null }[]
  /** In the others' events: the first one. */
  companionOf: number | null
}

export const alone: Company = { companions: [], companionOf: null }

export interface ToldBooking extends NamedBooking, Company {
  /** Nobody was told of the booking before. */
  isNews: boolean
}

/** Money that came in for a booking. */
export interface PaymentSnapshot {
  bookingId: number
  customerId: number | null
  amountMinor: number
  currency: string
  /** It was paid to the business itself, which noted it here. */
  method: 'external'
  paidAt: number
}

/** What is told of a booking as it is now: of all that is known of it, what is named above. */
export function bookingSnapshot(
  booking: NamedBooking,
  isNews: boolean,
  { companions, companionOf }: Company = alone,
): ToldBooking {
  return {
    isNews,
    companions,
    companionOf,
    id: booking.id,
    businessId: booking.businessId,
    kind: booking.kind,
    branchId: booking.branchId,
    branchName: booking.branchName,
    serviceId: booking.serviceId,
    serviceName: booking.serviceName,
    resourceId: booking.resourceId,
    resourceKind: booking.resourceKind,
    resourceName: booking.resourceName,
    customerId: booking.customerId,
    customerName: booking.customerName,
    customerEmail: booking.customerEmail,
    customerPhone: booking.customerPhone,
    startAt: booking.startAt,
    endAt: booking.endAt,
    timeZone: booking.timeZone,
    units: booking.units,
    status: booking.status,
    expiresAt: booking.expiresAt,
    paymentStatus: booking.paymentStatus,
    priceMinor: booking.priceMinor,
    currency: booking.currency,
    couponCode: booking.couponCode,
    discountMinor: booking.discountMinor,
    prepaymentMinor: booking.prepaymentMinor,
    prepaidAt: booking.prepaidAt,
    notes: booking.notes,
    sourceId: booking.sourceId,
    source: booking.source,
    customFields: booking.customFields,
    groupId: booking.groupId,
    cancelReason: booking.cancelReason,
    cardToken: booking.cardToken,
    enteredBy: booking.enteredBy,
    remindAt: booking.remindAt,
    reminderMinutes: booking.reminderMinutes,
    remindedAt: booking.remindedAt,
    removedAt: booking.removedAt,
    version: booking.version,
    createdAt: booking.createdAt,
    updatedAt: booking.updatedAt,
  }
}

/** A lead as it was. */
export interface LeadSnapshot {
  id: number
  businessId: number
  siteId: number
  status: (typeof leadStatuses)[number]
  /** What the business calls the step that it is at. */
  stage: string
  channel: string | null
  traffic: string | null
  visitId: string | null
  clientId: string | null
  callDurationSeconds: number | null
  recordingUrl: string | null
  name: string | null
  phone: string | null
  email: string | null
  message: string | null
  summMinor: number
  currency: string
  isSummByHand: number
  customerId: number | null
  createdAt: number
  updatedAt: number
}

/** What is told of a lead as it is now. */
export function leadSnapshot(lead: LeadSnapshot): LeadSnapshot {
  return {
    id: lead.id,
    businessId: lead.businessId,
    siteId: lead.siteId,
    status: lead.status,
    stage: lead.stage,
    channel: lead.channel,
    traffic: lead.traffic,
    visitId: lead.visitId,
    clientId: lead.clientId,
    callDurationSeconds: lead.callDurationSeconds,
    recordingUrl: lead.recordingUrl,
    name: lead.name,
    phone: lead.phone,
    email: lead.email,
    message: lead.message,
    summMinor: lead.summMinor,
    currency: lead.currency,
    isSummByHand: lead.isSummByHand,
    customerId: lead.customerId,
    createdAt: lead.createdAt,
    updatedAt: lead.updatedAt,
  }
}

/** Fields that identify a person, with their values once that person is erased, in past events and in future ones. */
export const personal = {
  booking: {
    customerName: null,
    customerEmail: null,
    customerPhone: null,
    notes: null,
    customFields: '{}',
    cancelReason: null,
  },
  lead: {
    visitId: null,
    clientId: null,
    recordingUrl: null,
    name: null,
    phone: null,
    email: null,
    message: null,
  },
  payment: {},
  webhook: {},
} as const satisfies OfEach

/** Values for fields that an older event does not have. */
export const unsaid = {
  booking: {
    ...personal.booking,
    kind: 'appointment',
    isNews: false,
    ...alone,
    branchName: null,
    serviceId: null,
    serviceName: null,
    resourceId: null,
    resourceKind: null,
    resourceName: null,
    customerId: null,
    units: 1,
    expiresAt: null,
    couponCode: null,
    discountMinor: 0,
    prepaymentMinor: null,
    prepaidAt: null,
    sourceId: null,
    source: null,
    groupId: null,
    enteredBy: null,
    remindAt: null,
    reminderMinutes: null,
    remindedAt: null,
    removedAt: null,
  },
  lead: {
    ...personal.lead,
    channel: null,
    traffic: null,
    callDurationSeconds: null,
    customerId: null,
  },
  payment: {},
  webhook: {},
} as const satisfies OfEach
