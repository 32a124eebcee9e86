// Everything that can go wrong by design: a stable code, its kind, and the sentence that is said unless a better one is at
// hand. Every dialect words the kinds; documents are made of the codes.

/** What a caller can do about it, which every dialect has a word for. */
export type ErrorKind =
  /** The request cannot be understood. */
  | 'malformed'
  /** It breaks a rule. */
  | 'invalid'
  | 'unauthenticated'
  | 'payment_required'
  /** Theirs to see, not theirs to do. */
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  /** It starts from a version that is not the present one. */
  | 'stale'
  | 'too_large'
  | 'unsupported'
  | 'rate_limited'
  /** Our fault, and nobody foresaw it. */
  | 'internal'
  /** Our fault, and it will pass. */
  | 'unavailable'

export const errorCodes = {
  'account.email_taken': { kind: 'conflict', message: 'This email is already taken' },
  'account.owns_businesses': {
    kind: 'conflict',
    message: 'An account that owns an active business cannot be deleted',
  },
  'account.weak_password': { kind: 'invalid', message: 'The password is too easy to guess' },
  'account.wrong_password': { kind: 'invalid', message: 'Password is not correct' },
  'auth.busy': { kind: 'unavailable', message: 'Too many sign-ins at once' },
  'auth.invalid_client': { kind: 'unauthenticated', message: 'Invalid credentials' },
  'auth.invalid_credentials': { kind: 'unauthenticated', message: 'Email or password is not correct' },
  'auth.invalid_key': { kind: 'unauthenticated', message: 'The API key is not valid' },
  'auth.invalid_refresh_token': { kind: 'unauthenticated', message: 'The refresh token is not valid' },
  'auth.invalid_token': { kind: 'unauthenticated', message: 'The access token is not valid' },
  'auth.required': { kind: 'unauthenticated', message: 'Authentication is required' },
  'auth.too_many_attempts': {
    kind: 'rate_limited',
    message: 'Too many wrong passwords, please try again later',
  },
  'availability.too_many_days': { kind: 'invalid', message: 'The span of time is too long' },
  'availability.too_many_slots': { kind: 'invalid', message: 'There are too many slots for one answer' },
  'booking.change_too_late': { kind: 'conflict', message: 'It is too late to change this booking' },
  'booking.changed': {
    kind: 'conflict',
    message: 'The booking was changed by somebody else, please try again',
  },
  'booking.customer_required': { kind: 'invalid', message: 'Customer is required' },
  'booking.held_lately': {
    kind: 'conflict',
    message: 'You held this slot a short while ago: book it, or hold it again in a quarter of an hour',
  },
  'booking.group_full': { kind: 'conflict', message: 'Maximum 100 reservations in a group' },
  'booking.invalid_transition': {
    kind: 'conflict',
    message: 'No step leads from the booking’s status to that one',
  },
  'booking.no_hours': { kind: 'invalid', message: 'Nobody has working hours yet' },
  'booking.no_staff': { kind: 'conflict', message: 'Nobody performs this service here' },
  'booking.not_found': { kind: 'not_found', message: 'Booking not found' },
  'booking.not_movable': {
    kind: 'invalid',
    message: 'Only an appointment can be moved: nights and their price are changed in the property dialect',
  },
  'booking.not_started': { kind: 'conflict', message: 'The booking has not started yet' },
  'booking.not_yours_to_decide': { kind: 'forbidden', message: 'Only the business may decide this' },
  'booking.off_grid': { kind: 'invalid', message: 'Start time is not the start of a slot' },
  'booking.outside_hours': { kind: 'invalid', message: 'Start time is outside opening hours' },
  'booking.room_gone': { kind: 'conflict', message: 'The room is not there any more' },
  'booking.slot_taken': { kind: 'conflict', message: 'This slot is already taken' },
  'booking.staff_unavailable': {
    kind: 'conflict',
    message: 'The staff member of this booking takes no bookings any more: choose somebody else',
  },
  'booking.stale': { kind: 'stale', message: 'The booking is at another version' },
  'booking.started': { kind: 'conflict', message: 'This booking has begun, only the business can change it' },
  'booking.stay_needs_room': { kind: 'invalid', message: 'A stay needs a room' },
  'booking.time_off': { kind: 'conflict', message: 'Nobody is there at this time' },
  'booking.too_early': {
    kind: 'conflict',
    message: 'Nobody is checked in earlier than 12 hours before the start',
  },
  'booking.too_far_ahead': { kind: 'invalid', message: 'Start time is too far ahead' },
  'booking.too_large': { kind: 'invalid', message: 'The texts of the booking are too long together' },
  'booking.too_many_holds': {
    kind: 'conflict',
    message: 'Too many slots are held already, please book or release one first',
  },
  'booking.too_many_units': { kind: 'invalid', message: 'The service has fewer places' },
  'booking.too_many_open': {
    kind: 'conflict',
    message: 'Too many bookings here wait to be confirmed or paid already',
  },
  'booking.too_soon': { kind: 'invalid', message: 'Start time is too soon' },
  'branch.not_found': { kind: 'not_found', message: 'Branch not found' },
  'branch.too_many': { kind: 'conflict', message: 'Maximum 100 branches' },
  'business.has_services': {
    kind: 'conflict',
    message: 'The currency cannot change while services or nights are priced in another one',
  },
  'business.managers_only': {
    kind: 'forbidden',
    message: 'Only the owner and the managers of the business may do this',
  },
  'business.not_found': { kind: 'not_found', message: 'Business not found' },
  'business.owner_only': { kind: 'forbidden', message: 'Only the owner of the business may do this' },
  'business.radius_too_large': { kind: 'invalid', message: 'The circle is too large' },
  'business.too_many': { kind: 'conflict', message: 'The account has as many businesses as it may have' },
  'change.busy': {
    kind: 'unavailable',
    message: 'Too many change this at once, please try again',
  },
  'coupon.code_taken': { kind: 'conflict', message: 'The business has a coupon with this code already' },
  'coupon.not_for_service': { kind: 'invalid', message: 'This coupon is not for this service' },
  'coupon.not_found': { kind: 'not_found', message: 'Coupon not found' },
  'coupon.not_valid_now': { kind: 'invalid', message: 'This coupon is not valid now' },
  'coupon.unknown': { kind: 'invalid', message: 'Coupon not found' },
  'coupon.used_up': { kind: 'conflict', message: 'This coupon has been used as often as it may be' },
  'customer.erasure_unfinished': {
    kind: 'conflict',
    message: 'There are more bookings than one request can erase, please repeat it',
  },
  'customer.has_account': {
    kind: 'conflict',
    message: 'This customer has an account, which only they can delete',
  },
  'customer.has_bookings': { kind: 'conflict', message: 'This customer has bookings that are not over' },
  'customer.not_found': { kind: 'not_found', message: 'Customer not found' },
  'delivery.not_found': { kind: 'not_found', message: 'Delivery not found' },
  'event.not_found': { kind: 'not_found', message: 'Event not found' },
  'hold.expired': { kind: 'conflict', message: 'The hold has expired' },
  'hold.mismatch': { kind: 'invalid', message: 'The hold is for another slot' },
  'hold.not_found': { kind: 'not_found', message: 'Hold not found' },
  'hold.too_long': { kind: 'invalid', message: 'A slot cannot be held for so long' },
  'hold.used': { kind: 'conflict', message: 'The hold was already used or released' },
  'idempotency.mismatch': {
    kind: 'invalid',
    message: 'This Idempotency-Key was already used for another request',
  },
  'invoice.below_zero': { kind: 'invalid', message: 'Only a correction may be below zero' },
  'invoice.busy': {
    kind: 'unavailable',
    message: 'Too many invoices are made out at once, please try again',
  },
  'invoice.incomplete_item': { kind: 'invalid', message: 'The item is not complete' },
  'invoice.invalid_format': {
    kind: 'invalid',
    message: 'The format must have NUMBER, MM and YYYY, each once',
  },
  'invoice.invalid_price': { kind: 'invalid', message: 'The price is no amount of its currency' },
  'invoice.no_buyer': { kind: 'invalid', message: 'Who buys is required' },
  'invoice.no_items': { kind: 'invalid', message: 'At least one item is required' },
  'invoice.not_found': { kind: 'not_found', message: 'Invoice not found' },
  'invoice.not_last': {
    kind: 'conflict',
    message: 'Only the last invoice of its type and month can be deleted: numbers have no holes',
  },
  'invoice.number_of_series': {
    kind: 'invalid',
    message: 'Numbers of this form are given in turn: leave it out, or give one of another form',
  },
  'invoice.number_taken': { kind: 'conflict', message: 'Another invoice of this type has this number' },
  'invoice.other_month': {
    kind: 'invalid',
    message: 'The day of issue stays in its month, which the number is of',
  },
  'invoice.other_type': { kind: 'invalid', message: 'An invoice stays of its type' },
  'invoice.referred_to': { kind: 'conflict', message: 'Another invoice refers to this one' },
  'invoice.too_large': { kind: 'invalid', message: 'The item comes to more than an invoice can hold' },
  'invoice.too_many_items': { kind: 'invalid', message: 'Maximum 100 items' },
  'invoice.unknown_item': { kind: 'invalid', message: 'There is no item at this position' },
  'invoice.unknown_reference': { kind: 'invalid', message: 'What the invoice refers to is not known' },
  'key.changed': { kind: 'conflict', message: 'The key was changed by somebody else, please try again' },
  'key.expired': { kind: 'conflict', message: 'An expired key cannot be rotated' },
  'key.expiry_past': { kind: 'invalid', message: 'Expires at must be in the future' },
  'key.invalid_range': { kind: 'invalid', message: 'Validation failed' },
  'key.not_allowed': { kind: 'forbidden', message: 'API keys are not accepted here' },
  'key.not_found': { kind: 'not_found', message: 'API key not found' },
  'key.required': { kind: 'forbidden', message: 'This is for API keys only' },
  'key.revoked': { kind: 'conflict', message: 'A revoked key cannot be rotated' },
  'key.scope_missing': { kind: 'forbidden', message: 'This key lacks a scope that this takes' },
  'key.too_many': { kind: 'conflict', message: 'The business has as many API keys as it may have' },
  'key.too_many_days': { kind: 'invalid', message: 'The span of time is too long' },
  'lock.unavailable': { kind: 'unavailable', message: 'The slot cannot be reserved now, please try again' },
  'lead.not_found': { kind: 'not_found', message: 'Lead not found' },
  'lead.unknown_stage': { kind: 'invalid', message: 'Stage must be one of the business' },
  'log.not_found': { kind: 'not_found', message: 'Logged request not found' },
  'plan.not_included': { kind: 'forbidden', message: 'The plan of the business does not include this' },
  'pricing.too_many_nights': { kind: 'invalid', message: 'There are too many nights for one request' },
  'rate.has_derived': { kind: 'conflict', message: 'Other rates are derived from this one' },
  'rate.in_use': { kind: 'conflict', message: 'Stays to come are at this rate' },
  'rate.not_found': { kind: 'not_found', message: 'Rate not found' },
  'rate.too_many': { kind: 'conflict', message: 'Maximum 100 rates' },
  'rate_limit.exceeded': { kind: 'rate_limited', message: 'Too many requests, please slow down' },
  'rate_limit.unavailable': { kind: 'unavailable', message: 'The service is busy, try again shortly' },
  'request.cross_site': {
    kind: 'forbidden',
    message: 'This form was sent from a page of another site',
  },
  'request.in_progress': { kind: 'conflict', message: 'The same request is still being answered' },
  'request.invalid': { kind: 'malformed', message: 'The request cannot be understood' },
  'request.malformed_json': { kind: 'malformed', message: 'The body is not valid JSON' },
  'request.too_large': { kind: 'too_large', message: 'The body is larger than 256 KiB' },
  'request.unknown_method': { kind: 'not_found', message: 'The address does not take this method' },
  'request.unknown_path': { kind: 'not_found', message: 'There is nothing at this address' },
  'request.unsupported_media_type': {
    kind: 'unsupported',
    message: 'Content-Type must be application/json in UTF-8',
  },
  'request.validation_failed': { kind: 'invalid', message: 'Validation failed' },
  'room_type.in_use': { kind: 'conflict', message: 'Rooms are of this type' },
  'room_type.not_found': { kind: 'not_found', message: 'Room type not found' },
  'room_type.too_many': { kind: 'conflict', message: 'Maximum 100 room types' },
  'rotation.grace_too_long': { kind: 'invalid', message: 'The old secret cannot stay good for so long' },
  'room.has_bookings': { kind: 'conflict', message: 'Somebody is in this room, or is to come' },
  'room.not_performing': { kind: 'conflict', message: 'This service does not take place in this room' },
  'room.not_found': { kind: 'not_found', message: 'Room not found' },
  'room.too_many': { kind: 'conflict', message: 'Maximum 200 rooms' },
  'schedule.invalid': { kind: 'invalid', message: 'The schedule is not valid' },
  'schedule.too_large': { kind: 'invalid', message: 'The schedule is too large' },
  'service.currency_mismatch': { kind: 'invalid', message: 'Currency must be that of the business' },
  'service.not_found': { kind: 'not_found', message: 'Service not found' },
  'service.prepayment_too_high': { kind: 'invalid', message: 'Prepayment must not be more than the price' },
  'service.too_many': { kind: 'conflict', message: 'Maximum 500 services' },
  'site.last': { kind: 'conflict', message: 'The last site of a business stays' },
  'site.not_found': { kind: 'not_found', message: 'Site not found' },
  'site.too_many': { kind: 'conflict', message: 'The business has as many sites as it may have' },
  'source.built_in': { kind: 'conflict', message: 'This source is one that every business has' },
  'source.in_use': { kind: 'conflict', message: 'Bookings come from this source' },
  'source.name_taken': { kind: 'conflict', message: 'There is a source of this name already' },
  'source.not_found': { kind: 'not_found', message: 'Source not found' },
  'source.too_many': { kind: 'conflict', message: 'Maximum 500 sources' },
  'staff.has_bookings': { kind: 'conflict', message: 'This staff member still has bookings to come' },
  'staff.not_found': { kind: 'not_found', message: 'Staff member not found' },
  'staff.not_performing': { kind: 'conflict', message: 'This staff member does not perform this service' },
  'staff.reassign_failed': { kind: 'conflict', message: 'A booking could not be moved to the colleague' },
  'staff.reassign_unfinished': {
    kind: 'conflict',
    message: 'Some bookings were moved and more are left, please repeat the request',
  },
  'staff.too_many': { kind: 'conflict', message: 'Maximum 200 staff members' },
  'stay.not_found': { kind: 'not_found', message: 'Reservation not found' },
  'stay.restricted': { kind: 'invalid', message: 'The rate is not sold for these dates' },
  'storage.unavailable': { kind: 'unavailable', message: 'Storage is not available, please try again' },
  'token.not_found': { kind: 'not_found', message: 'Token not found' },
  'visit.not_found': { kind: 'not_found', message: 'Visit not found' },
  'visit.too_long': { kind: 'invalid', message: 'A visit takes no longer than a day' },
  'webhook.format_not_available': { kind: 'invalid', message: 'Format is not available yet' },
  'webhook.inactive': { kind: 'conflict', message: 'This webhook is switched off' },
  'webhook.not_found': { kind: 'not_found', message: 'Webhook not found' },
  'webhook.replay_too_large': {
    kind: 'invalid',
    message: 'Too many events at once, please choose less time',
  },
  'webhook.replaying': { kind: 'conflict', message: 'A replay is under way already' },
  'webhook.rotating': { kind: 'conflict', message: 'The secret is being rotated already' },
  'webhook.too_many': { kind: 'conflict', message: 'The business has as many webhooks as it may have' },
  'webhook.too_often': { kind: 'rate_limited', message: 'Too much is being sent by hand, please wait' },
  'webhook.url_not_allowed': { kind: 'invalid', message: 'This URL is not allowed' },
  internal: { kind: 'internal', message: 'Something went wrong on our side' },
} as const satisfies Record<string, { kind: ErrorKind; message: string }>

export type ErrorCode = keyof typeof errorCodes
