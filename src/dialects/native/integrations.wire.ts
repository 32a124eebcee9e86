import { z } from '@hono/zod-openapi'
import { keyPrefix } from '#domain/api-keys/api-key-format.ts'
import { graceEndOf } from '#domain/api-keys/api-key.ts'
import type { ApiKey, IssuedKey } from '#domain/api-keys/api-key.ts'
import { mostRanges } from '#domain/api-keys/create-api-key.ts'
import { longestUsageDays } from '#domain/api-keys/get-key-usage.ts'
import type { KeyUse } from '#domain/api-keys/get-key-usage.ts'
import { scopes } from '#domain/api-keys/scope.ts'
import { parseOwn } from '#domain/json.ts'
import { longestGraceHours } from '#domain/secrets.ts'
import type { Token } from '#domain/tokens/token.ts'
import { secret } from '#http/secret.ts'
import { businessBookingsQuery } from './bookings.wire.ts'
import { tollOfKey } from './rate-limits.ts'
import { listBody, pageQuery } from './list.wire.ts'
import {
  day,
  id,
  idText,
  instant,
  instantBody,
  nullableInstantBody,
  sample,
  text,
  toInstant,
  toNullableInstant,
} from './wire.ts'

const scope = z.enum(scopes).openapi('Scope')

export const newApiKey = z
  .strictObject({
    businessId: id,
    name: text(100),
    scopes: z
      .array(scope)
      .min(1)
      .refine((all) => new Set(all).size === all.length, 'Scopes must not repeat'),
    expiresAt: instant.nullable().optional(),
    allowedIps: z
      .array(text(64))
      .min(1)
      .max(mostRanges)
      .nullable()
      .optional()
      .openapi({
        description: 'IP addresses and CIDR ranges; absent: every address',
        example: ['192.0.2.0/24'],
      }),
  })
  .openapi('NewApiKey', {
    example: {
      businessId: sample.businessId,
      name: 'Website',
      scopes: ['availability:read', 'bookings:write'],
      expiresAt: '2032-03-01T00:00:00Z',
      allowedIps: ['192.0.2.0/24'],
    },
  })

export const rotation = z
  .strictObject({ graceHours: z.int().min(0).max(longestGraceHours).default(24) })
  .openapi('ApiKeyRotation', { example: { graceHours: 24 } })

export const apiKeysQuery = z.strictObject({ businessId: idText, ...pageQuery })

const dayMs = 86_400_000
const spanOf = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / dayMs

export const usageQuery = z
  .strictObject({
    from: day.optional().openapi({ description: '29 days before `to` unless said otherwise' }),
    to: day.optional().openapi({ description: '29 days after `from`, or today in UTC' }),
  })
  .refine(({ from, to }) => !from || !to || from <= to, {
    message: 'To must not be before from',
    path: ['to'],
  })
  .refine(({ from, to }) => !from || !to || spanOf(from, to) < longestUsageDays, {
    message: `Maximum ${longestUsageDays} days`,
    path: ['to'],
  })

export const partnerBookingsQuery = z.strictObject({
  ...businessBookingsQuery,
  ...pageQuery,
})

const masked = {
  id,
  businessId: id,
  name: z.string(),
  prefix: z.literal(keyPrefix),
  start: z.string(),
  lastFour: z.string(),
  scopes: z.array(scope),
  allowedIps: z.array(z.string()).nullable(),
  expiresAt: nullableInstantBody,
  lastUsedAt: nullableInstantBody,
  revokedAt: nullableInstantBody,
  graceEndsAt: instantBody
    .optional()
    .openapi({ description: 'During a rotation: how long the old key is good' }),
  createdAt: instantBody,
}

const apiKeyBody = z.object(masked).openapi('ApiKey', {
  example: {
    id: sample.keyId,
    businessId: sample.businessId,
    name: 'Website',
    prefix: keyPrefix,
    start: `${keyPrefix}AbCd`,
    lastFour: 'wXyZ',
    scopes: ['availability:read', 'bookings:write'],
    allowedIps: ['192.0.2.0/24'],
    expiresAt: '2032-03-01T00:00:00.000Z',
    lastUsedAt: null,
    revokedAt: null,
    createdAt: '2031-03-01T08:00:00.000Z',
  },
})
export const issuedKeyBody = z
  .object({ ...masked, key: secret(z.string().openapi({ description: 'The key itself, told this once' })) })
  .openapi('IssuedApiKey')
export const apiKeysBody = listBody('apiKeys', apiKeyBody)

const tokenBody = z
  .object({
    id,
    name: z.string().nullable().openapi({ description: 'The user agent of the program that signed in' }),
    lastUsedAt: nullableInstantBody,
    revokedAt: nullableInstantBody,
    createdAt: instantBody,
  })
  .openapi('Token', {
    example: {
      id: sample.tokenId,
      name: 'reports/2.1',
      lastUsedAt: '2031-03-02T12:00:00.000Z',
      revokedAt: null,
      createdAt: '2031-03-01T08:00:00.000Z',
    },
  })
export const tokensBody = listBody('tokens', tokenBody)

export function toTokenBody(token: Token): z.infer<typeof tokenBody> {
  return {
    id: token.id,
    name: token.name,
    lastUsedAt: toNullableInstant(token.lastUsedAt),
    revokedAt: toNullableInstant(token.revokedAt),
    createdAt: toInstant(token.createdAt),
  }
}

export const presentedKeyBody = z
  .object({
    businessId: id,
    businessName: z.string(),
    keyId: id,
    name: z.string(),
    scopes: z.array(scope),
    allowedIps: z.array(z.string()).nullable(),
    expiresAt: nullableInstantBody,
    limits: z.array(z.object({ name: z.string(), limit: z.int(), windowSeconds: z.int() })).openapi({
      description: "Calls in any such stretch of time: the key's own, and those of all keys of its business",
    }),
  })
  .openapi('PresentedApiKey')

export const usageBody = z
  .object({
    from: z.iso.date(),
    to: z.iso.date(),
    usage: z.array(
      z.object({
        date: z.iso.date(),
        endpoint: z.string().openapi({ example: 'POST /api/bookings' }),
        status: z.int(),
        count: z.int(),
      }),
    ),
  })
  .openapi('ApiKeyUsage')

/** `now` decides whether a rotation is still under way. */
export function toApiKeyBody(apiKey: ApiKey, now: number): z.infer<typeof apiKeyBody> {
  const graceEndsAt = graceEndOf(apiKey, now)
  return {
    id: apiKey.id,
    businessId: apiKey.businessId,
    name: apiKey.name,
    prefix: keyPrefix,
    start: apiKey.start,
    lastFour: apiKey.lastFour,
    ...grantOf(apiKey),
    expiresAt: toNullableInstant(apiKey.expiresAt),
    lastUsedAt: toNullableInstant(apiKey.lastUsedAt),
    revokedAt: toNullableInstant(apiKey.revokedAt),
    ...(graceEndsAt !== null && { graceEndsAt: toInstant(graceEndsAt) }),
    createdAt: toInstant(apiKey.createdAt),
  }
}

export function toIssuedKeyBody({ apiKey, key }: IssuedKey, now: number): z.infer<typeof issuedKeyBody> {
  return { ...toApiKeyBody(apiKey, now), key }
}

export function toPresentedKeyBody(
  apiKey: ApiKey & { businessName: string },
): z.infer<typeof presentedKeyBody> {
  const { id: keyId, businessId, businessName } = apiKey
  const limits = tollOfKey({ keyId, businessId }).policies.map(({ name, limit, windowMs }) => {
    return { name, limit, windowSeconds: windowMs / 1_000 }
  })
  const expiresAt = toNullableInstant(apiKey.expiresAt)
  return { businessId, businessName, keyId, name: apiKey.name, ...grantOf(apiKey), expiresAt, limits }
}

/** What a key is good for, and from where. */
function grantOf({ scopes: granted, allowedIps }: ApiKey) {
  return {
    scopes: parseOwn<z.infer<typeof scope>[]>(granted),
    allowedIps: allowedIps === null ? null : parseOwn<string[]>(allowedIps),
  }
}

export function toUsageBody(found: {
  fromOn: string
  toOn: string
  uses: KeyUse[]
}): z.infer<typeof usageBody> {
  return {
    from: found.fromOn,
    to: found.toOn,
    usage: found.uses.map(({ dayOn, method, route, status, count }) => {
      return { date: dayOn, endpoint: `${method} ${route}`.trim(), status, count }
    }),
  }
}
