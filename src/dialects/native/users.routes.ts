import { OpenAPIHono } from '@hono/zod-openapi'
import { eraseAccount } from '#domain/accounts/erase-account.ts'
import { getProfile } from '#domain/accounts/get-profile.ts'
import { updateProfile } from '#domain/accounts/update-profile.ts'
import { deviceOf } from '#http/device.ts'
import { serve } from '#http/serve.ts'
import type { Hallway } from '#http/tools.ts'
import { erasure, profileBody, profileChanges, toProfileBody } from './accounts.wire.ts'
import { endpoint, json } from './endpoint.ts'
import { onInvalid } from './validation.ts'

const tags = ['Users']

export const users = new OpenAPIHono<Hallway>({ defaultHook: onInvalid })

endpoint(
  users,
  {
    method: 'get',
    path: '/api/users/profile',
    summary: 'Your account',
    tags,
    answer: profileBody,
  },
  (c) => serve(c, { verb: getProfile, body: toProfileBody }),
)

endpoint(
  users,
  {
    method: 'patch',
    path: '/api/users/profile',
    summary: 'Change your account',
    tags,
    request: { body: json(profileChanges) },
    answer: profileBody,
  },
  (c) => {
    const changes = c.req.valid('json')
    return serve(c, { verb: (ctx) => updateProfile(ctx, changes), body: toProfileBody })
  },
)

endpoint(
  users,
  {
    method: 'delete',
    path: '/api/users/account',
    summary: 'Delete your account: personal data goes, bookings stay without a name',
    tags,
    request: { body: json(erasure) },
    answer: null,
  },
  (c) => {
    const { password } = c.req.valid('json')
    const { address } = deviceOf(c)
    return serve(c, {
      status: 204,
      verb: (ctx) => eraseAccount(ctx, { password, address }),
      body: () => ({}),
    })
  },
)
