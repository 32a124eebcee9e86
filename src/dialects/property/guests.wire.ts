// A guest, who is also called a client: a customer of the business.
import { z } from '@hono/zod-openapi'
import type { Customer, CustomerDetails, customerKinds } from '#domain/customers/customer.ts'
import type { CustomerWish } from '#domain/customers/list-customers.ts'
import {
  definedOf,
  id,
  optionalText,
  pageQuery,
  text,
  toLocalTime,
  wholeText,
  wordsFor,
  localTime,
} from './wire.ts'

const kinds = wordsFor({
  none: 'NONE',
  regular: 'REGULAR',
  unwanted: 'UNWANTED',
} as const satisfies Record<(typeof customerKinds)[number], string>)

const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .refine((given) => given === '' || z.email().safeParse(given).success, 'Email is not valid')
  .transform((given) => (given === '' ? null : given))
  .nullable()
  .optional()
  .openapi({ format: 'email' })

const languageTag = /^[a-zA-Z]{2,3}([_-][a-zA-Z0-9]{2,8})*$/
const lang = optionalText(35).refine(
  (given) => !given || languageTag.test(given),
  'must be a language tag such as de',
)

const phonePattern = /^[+\d\s()./-]*$/

const fields = {
  name: text(256),
  forename: optionalText(100),
  phone: optionalText(40).refine((given) => !given || phonePattern.test(given), 'Phone is not valid'),
  email,
  companyName: optionalText(200),
  taxId: optionalText(40),
  personalId: optionalText(40),
  idCard: optionalText(40),
  clientType: z.enum(kinds.words).optional(),
  address: optionalText(500),
  comments: optionalText(2000),
  vehicleRegistrationNumber: optionalText(40),
  countryId: z
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .optional()
    .openapi({ description: 'The number of the country in a list of your own: it is kept as it is' }),
  lang,
}
/** What an answer says beside that, which may come back with a change and says nothing there. */
const unheeded = { clientId: id.optional(), addDate: z.string().optional(), editDate: z.string().optional() }

const example = {
  name: 'Novak',
  forename: 'Ana',
  phone: '+386 40 111 222',
  email: 'ana.novak@example.com',
  clientType: 'REGULAR',
  lang: 'sl',
} as const

export const newGuest = z.strictObject(fields).openapi('NewGuest', { example })
export const wholeGuest = z.strictObject({ ...fields, ...unheeded }).openapi('WholeGuest', { example })
export const guestChanges = z
  .strictObject({ ...fields, name: fields.name.optional(), ...unheeded })
  .openapi('GuestChanges', { example: { clientType: 'UNWANTED', comments: 'Smokes in the room' } })

export const guestsQuery = z.strictObject({
  ...pageQuery(['clientId', 'name', 'forename', 'addDate', 'editDate']),
  search: z.string().max(100).optional().openapi({
    description: 'Beginnings of words of name, forename and e-mail address, or digits of the phone',
  }),
  lang: z.string().max(35).regex(languageTag, 'must be a language tag such as de').optional(),
  countryId: wholeText(1, 1_000_000).optional(),
  clientType: z
    .enum([...kinds.words, 'INDIVIDUAL', 'COMPANY'])
    .optional()
    .openapi({ description: 'COMPANY: a company name or a tax id is known, INDIVIDUAL: neither is' }),
})

export const guestBody = z
  .object({
    clientId: id,
    name: z.string(),
    forename: z.string(),
    phone: z.string(),
    email: z.string(),
    companyName: z.string().nullable(),
    taxId: z.string().nullable(),
    personalId: z.string().nullable(),
    idCard: z.string().nullable(),
    clientType: z.enum(kinds.words),
    address: z.string().nullable(),
    comments: z.string().nullable(),
    vehicleRegistrationNumber: z.string().nullable(),
    countryId: z.int().nullable(),
    lang: z.string(),
    addDate: localTime,
    editDate: localTime,
  })
  .openapi('Guest', {
    example: {
      clientId: 124862518444672,
      ...example,
      companyName: null,
      taxId: null,
      personalId: null,
      idCard: null,
      address: null,
      comments: null,
      vehicleRegistrationNumber: null,
      countryId: null,
      addDate: '2031-03-03T09:00:00+01:00',
      editDate: '2031-03-03T09:00:00+01:00',
    },
  })

type Changes = z.infer<typeof guestChanges>

/** What a body says of a guest; what it does not name stays unsaid. */
export function toCustomerDetails(given: Changes): Partial<CustomerDetails> {
  const { name, forename, phone, companyName, taxId, countryId, clientType } = given
  const { personalId, idCard, address, comments, vehicleRegistrationNumber } = given
  return definedOf({
    name,
    forename,
    phone,
    email: given.email,
    companyName,
    taxId,
    countryId,
    language: given.lang,
    kind: clientType && kinds.meaning(clientType),
    details: definedOf({ personalId, idCard, address, comments, vehicleRegistrationNumber }),
  })
}

export function toNewCustomer(given: z.infer<typeof newGuest>): CustomerDetails {
  return { ...toCustomerDetails(given), name: given.name }
}

/** The same of a guest who is said anew: what is not named is not known. */
export function toWholeDetails(given: z.infer<typeof wholeGuest>): Partial<CustomerDetails> {
  const { details, ...said } = toCustomerDetails(given)
  return { ...nothing, ...said, details: { ...nothing.details, ...details } }
}

const nothing = {
  forename: null,
  email: null,
  phone: null,
  companyName: null,
  taxId: null,
  countryId: null,
  language: null,
  kind: 'none',
  details: { personalId: null, idCard: null, address: null, comments: null, vehicleRegistrationNumber: null },
} as const

const orders = {
  clientId: 'id',
  name: 'name',
  forename: 'forename',
  // Ids are given in the order of time.
  addDate: 'id',
  editDate: 'updatedAt',
} as const

export function toCustomerWish({
  search,
  lang: language,
  countryId,
  clientType,
  orderBy,
  orderType = 'ASC',
}: z.infer<typeof guestsQuery>): Omit<CustomerWish, 'businessId'> {
  const isWhat = clientType === 'COMPANY' || clientType === 'INDIVIDUAL'
  return {
    search: search?.trim() || undefined,
    language,
    countryId,
    ...(isWhat ? { isCompany: clientType === 'COMPANY' } : clientType && { kind: kinds.meaning(clientType) }),
    by: orders[orderBy],
    descending: orderType === 'DESC',
  }
}

export function toGuestBody(customer: Customer): z.infer<typeof guestBody> {
  const { timeZone, details } = customer
  return {
    clientId: customer.id,
    name: customer.name ?? '',
    forename: customer.forename ?? '',
    phone: customer.phone ?? '',
    email: customer.email ?? '',
    companyName: customer.companyName,
    taxId: customer.taxId,
    personalId: details.personalId ?? null,
    idCard: details.idCard ?? null,
    clientType: kinds.word(customer.kind),
    address: details.address ?? null,
    comments: details.comments ?? null,
    vehicleRegistrationNumber: details.vehicleRegistrationNumber ?? null,
    countryId: customer.countryId,
    lang: customer.language ?? '',
    addDate: toLocalTime(timeZone, customer.createdAt),
    editDate: toLocalTime(timeZone, customer.updatedAt),
  }
}
