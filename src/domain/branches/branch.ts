import type { branches } from '#db/branches.ts'
import type { Row } from '#db/database.ts'
import { DomainError } from '#domain/errors.ts'

/** A place of a business, with its own wall clock. */
export type Branch = Row<typeof branches>

export interface BranchAddress {
  street?: string | null | undefined
  city: string
  region?: string | null | undefined
  postalCode?: string | null | undefined
  /** ISO 3166-1 alpha-2. */
  country: string
}

export interface BranchDetails {
  name: string
  /** IANA. */
  timeZone: string
  phone?: string | null | undefined
  email?: string | null | undefined
  /** As a whole; null takes it away. */
  address?: BranchAddress | null | undefined
}

export function addressColumns(
  address: BranchAddress | null,
): Pick<Branch, 'street' | 'city' | 'region' | 'postalCode' | 'country'> {
  return {
    street: address?.street ?? null,
    city: address?.city ?? null,
    region: address?.region ?? null,
    postalCode: address?.postalCode ?? null,
    country: address?.country ?? null,
  }
}

export function branchNotFound(): DomainError {
  return new DomainError('branch.not_found')
}
