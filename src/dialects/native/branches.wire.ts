import { z } from '@hono/zod-openapi'
import type { Branch } from '#domain/branches/branch.ts'
import { listBody } from './list.wire.ts'
import {
  businessId,
  email,
  id,
  instantBody,
  name,
  optionalText,
  phone,
  sample,
  text,
  timeZone,
  toInstant,
} from './wire.ts'

const address = z.strictObject({
  street: optionalText(200),
  city: text(100),
  region: optionalText(100),
  postalCode: optionalText(20),
  country: z.string().regex(/^[A-Z]{2}$/, 'Country must be an ISO 3166-1 alpha-2 code'),
})

const details = z.strictObject({
  name: name(200),
  timeZone,
  phone: phone.nullable().optional(),
  email: email.nullable().optional(),
  address: address.nullable().optional(),
})

const sampleAddress = { street: 'Torstraße 2', city: 'Berlin', postalCode: '10119', country: 'DE' }

export const newBranch = details
  .extend({
    businessId,
    timeZone: timeZone.optional().openapi({ description: 'That of the business when absent' }),
  })
  .openapi('NewBranch', {
    example: {
      businessId: sample.businessId,
      name: 'Studio Nord, Mitte',
      timeZone: 'Europe/Berlin',
      phone: '+49 30 23125 020',
      address: sampleAddress,
    },
  })

export const branchChanges = details
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, 'At least one field is required')
  .openapi('BranchChanges', { example: { phone: '+49 30 23125 021' } })

export const branchBody = z
  .object({
    id,
    businessId: id,
    name: z.string(),
    timeZone: z.string(),
    isDefault: z.boolean().openapi({ description: 'Where staff work who were given no other branch' }),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    address: z
      .object({
        street: z.string().nullable(),
        city: z.string().nullable(),
        region: z.string().nullable(),
        postalCode: z.string().nullable(),
        country: z.string().nullable(),
      })
      .nullable(),
    createdAt: instantBody,
    updatedAt: instantBody,
  })
  .openapi('Branch', {
    example: {
      id: sample.branchId,
      businessId: sample.businessId,
      name: 'Studio Nord, Mitte',
      timeZone: 'Europe/Berlin',
      isDefault: false,
      phone: '+49 30 23125 020',
      email: null,
      address: { ...sampleAddress, region: null },
      createdAt: '2031-03-01T08:00:00.000Z',
      updatedAt: '2031-03-01T08:00:00.000Z',
    },
  })

export const branchesBody = listBody('branches', branchBody)

export function toBranchBody(branch: Branch): z.infer<typeof branchBody> {
  const { street, city, region, postalCode, country } = branch
  return {
    id: branch.id,
    businessId: branch.businessId,
    name: branch.name,
    timeZone: branch.timeZone,
    isDefault: branch.isDefault === 1,
    phone: branch.phone,
    email: branch.email,
    address: city === null ? null : { street, city, region, postalCode, country },
    createdAt: toInstant(branch.createdAt),
    updatedAt: toInstant(branch.updatedAt),
  }
}
