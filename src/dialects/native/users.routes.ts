import { eraseAccount } from '#domain/accounts/erase-account.ts'
import { getProfile } from '#domain/accounts/get-profile.ts'
import { updateProfile } from '#domain/accounts/update-profile.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { erasure, profileBody, profileChanges, toProfileBody } from './accounts.wire.ts'

export const users: Routes = {
  tag: 'Users',
  routes: [
    endpoint({
      get: '/api/users/profile',
      id: 'users.getProfile',
      summary: 'Your account',
      verb: (ctx) => getProfile(ctx),
      answer: profileBody,
      body: toProfileBody,
    }),
    endpoint({
      patch: '/api/users/profile',
      id: 'users.updateProfile',
      summary: 'Change your account',
      description: 'Changes what is named; null takes a value away.',
      json: profileChanges,
      verb: (ctx, { json }) => updateProfile(ctx, json),
      answer: profileBody,
      body: toProfileBody,
    }),
    endpoint({
      delete: '/api/users/account',
      id: 'users.deleteAccount',
      summary: 'Delete your account: personal data goes, bookings stay without a name',
      description: 'Refused with 409 `account.owns_businesses` while the account owns an active business.',
      json: erasure,
      verb: (ctx, { json: { password }, device: { address } }) => eraseAccount(ctx, { password, address }),
      answer: null,
    }),
  ],
}
