import { z } from '@hono/zod-openapi'
import type { Account } from '#domain/accounts/account.ts'
import type { SignedIn } from '#domain/accounts/open-session.ts'
import { ACCESS_TOKEN_SECONDS } from '#http/access-token.ts'
import { secret } from '#http/secret.ts'
import { email, id, instantBody, name, phone, sample, toInstant } from './wire.ts'

const locale = z
  .string()
  .max(64)
  .transform((tag, refinement) => {
    try {
      return new Intl.Locale(tag).toString()
    } catch {
      refinement.addIssue({ code: 'custom', message: 'Locale must be a BCP 47 language tag' })
      return z.NEVER
    }
  })
  .openapi({ example: 'en-GB' })

/** The same password may arrive in different Unicode forms, depending on the keyboard. */
const password = secret(z.string().normalize('NFKC').min(1).max(256))
const newPassword = secret(
  z
    .string()
    .normalize('NFKC')
    .min(8)
    .max(256)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'must not contain control characters'),
)
const ownName = name(100)
const contents = { phone: phone.nullable().optional(), locale: locale.nullable().optional() }

export const signUpBody = z
  .strictObject({ email, password: newPassword, firstName: ownName, lastName: ownName, ...contents })
  .openapi('SignUp', {
    example: {
      email: sample.email,
      password: sample.password,
      firstName: 'Ada',
      lastName: 'Lovelace',
      locale: 'en-GB',
    },
  })
export const signInBody = z
  .strictObject({ email, password })
  .openapi('SignIn', { example: { email: sample.email, password: sample.password } })
export const refreshBody = z
  .strictObject({ refresh_token: secret(z.string()) })
  .openapi('Refresh', { example: { refresh_token: 'the refresh_token of the answer before' } })

export const profileChanges = z
  .strictObject({ firstName: ownName.optional(), lastName: ownName.optional(), ...contents })
  .refine((changes) => Object.keys(changes).length > 0, 'At least one field is required')
  .openapi('ProfileChanges', { example: { lastName: 'King', phone: '+49 30 23125 010' } })

export const erasure = z
  .strictObject({ password })
  .openapi('Erasure', { example: { password: sample.password } })

export const profileBody = z
  .object({
    id,
    email: z.email(),
    firstName: z.string(),
    lastName: z.string(),
    phone: z.string().nullable(),
    locale: z.string().nullable(),
    createdAt: instantBody,
    updatedAt: instantBody,
  })
  .openapi('User', {
    example: {
      id: sample.userId,
      email: sample.email,
      firstName: 'Ada',
      lastName: 'Lovelace',
      phone: null,
      locale: 'en-GB',
      createdAt: '2031-03-01T08:00:00.000Z',
      updatedAt: '2031-03-01T08:00:00.000Z',
    },
  })

export const signedInBody = z
  .object({
    user: profileBody,
    access_token: secret(z.string()),
    refresh_token: secret(z.string()),
    token_type: z.literal('Bearer'),
    expires_in: z.int().openapi({ description: 'Seconds that the access token is good for' }),
  })
  .openapi('SignedIn')

export function toProfileBody(account: Account): z.infer<typeof profileBody> {
  const { id: accountId, firstName, lastName, phone: number, locale: tag, createdAt, updatedAt } = account
  return {
    id: accountId,
    email: account.email,
    firstName,
    lastName,
    phone: number,
    locale: tag,
    createdAt: toInstant(createdAt),
    updatedAt: toInstant(updatedAt),
  }
}

export function toSignedInBody({
  account,
  accessToken,
  refreshToken,
}: SignedIn): z.infer<typeof signedInBody> {
  return {
    user: toProfileBody(account),
    access_token: accessToken,
    refresh_token: refreshToken,
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_SECONDS,
  }
}
