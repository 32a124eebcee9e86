import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { bookings } from './bookings/bookings.ts'
import { businesses } from './businesses.ts'
import { isOneOf } from './database.ts'

export const meals = [
  'none',
  'breakfast',
  'half_board',
  'full_board',
  'all_inclusive',
  'dinner',
  'breakfast_supper',
  'dinner_supper',
  'supper',
] as const

/** Whether the guests have come yet, and gone. */
export const registrations = ['none', 'checked_in', 'checked_out'] as const

/** What a booking of a room for nights has beside what every booking has. Dates are the property's own. */
export const stays = sqliteTable(
  'stays',
  {
    bookingId: integer()
      .primaryKey()
      .references(() => bookings.id),
    businessId: integer()
      .notNull()
      .references(() => businesses.id),
    arrivalOn: text().notNull(),
    departureOn: text().notNull(),
    adults: integer().notNull(),
    children: integer().notNull(),
    /** JSON array, one age for each child. */
    kidsAges: text(),
    rateId: integer(),
    meal: text({ enum: meals }).notNull(),
    /** HH:MM, on the wall clock of the property. */
    checkInTime: text(),
    checkOutTime: text(),
    doorCode: text(),
    /** #rrggbb */
    color: text(),
    /** What of the price is for the room, and what for the meals. */
    roomPriceMinor: integer(),
    mealPriceMinor: integer(),
    registration: text({ enum: registrations }).notNull(),
    /** JSON object of what is only kept and shown. */
    details: text().notNull(),
  },
  (t) => [
    index('staysByArrival').on(t.businessId, t.arrivalOn),
    index('staysByDeparture').on(t.businessId, t.departureOn),
    check(
      'staysDates',
      sql`${t.arrivalOn} glob '????-??-??' and ${t.departureOn} glob '????-??-??' and ${t.arrivalOn} < ${t.departureOn}`,
    ),
    check('staysPersons', sql`${t.adults} >= 0 and ${t.children} >= 0`),
    check('staysKidsAges', sql`json_array_length(${t.kidsAges}) = ${t.children}`),
    check('staysMeal', isOneOf(t.meal, meals)),
    check('staysTimes', sql`${t.checkInTime} glob '??:??' and ${t.checkOutTime} glob '??:??'`),
    check('staysMoney', sql`${t.roomPriceMinor} >= 0 and ${t.mealPriceMinor} >= 0`),
    check('staysRegistration', isOneOf(t.registration, registrations)),
    check('staysDetails', sql`json_valid(${t.details}) and length(${t.details}) <= 8192`),
    check('staysTexts', sql`length(${t.doorCode}) <= 40 and ${t.color} glob '#??????'`),
  ],
)
