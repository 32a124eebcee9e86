import type { BookingSnapshot } from '#domain/events/event-data.ts'
import type { Booking } from './booking.ts'

/** What is told of a booking as it is now. */
export function bookingSnapshot(booking: Booking): BookingSnapshot {
  return {
    id: booking.id,
    businessId: booking.businessId,
    branchId: booking.branchId,
    serviceId: booking.serviceId,
    resourceId: booking.resourceId,
    customerId: booking.customerId,
    customerName: booking.customerName,
    customerEmail: booking.customerEmail,
    customerPhone: booking.customerPhone,
    startAt: booking.startAt,
    endAt: booking.endAt,
    timeZone: booking.timeZone,
    status: booking.status,
    expiresAt: booking.expiresAt,
    paymentStatus: booking.paymentStatus,
    priceMinor: booking.priceMinor,
    currency: booking.currency,
    couponCode: booking.couponCode,
    discountMinor: booking.discountMinor,
    notes: booking.notes,
    source: booking.source,
    customFields: booking.customFields,
    groupId: booking.groupId,
    cancelReason: booking.cancelReason,
    version: booking.version,
    createdAt: booking.createdAt,
    updatedAt: booking.updatedAt,
  }
}
