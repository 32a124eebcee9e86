import { OpenAPIHono } from '@hono/zod-openapi'
import { refreshSession } from '#domain/accounts/refresh-session.ts'
import { signIn } from '#domain/accounts/sign-in.ts'
import { signOut } from '#domain/accounts/sign-out.ts'
import { signUp } from '#domain/accounts/sign-up.ts'
import { deviceOf } from '#http/device.ts'
import { serve } from '#http/serve.ts'
import type { Hallway } from '#http/tools.ts'
import { refreshBody, signedInBody, signInBody, signUpBody, toSignedInBody } from './accounts.wire.ts'
import { endpoint, json } from './endpoint.ts'
import { onInvalid } from './validation.ts'

const tags = ['Authentication']

export const auth = new OpenAPIHono<Hallway>({ defaultHook: onInvalid })

endpoint(
  auth,
  {
    method: 'post',
    path: '/api/auth/signup',
    access: 'public',
    isForOnce: true,
    summary: 'Make an account',
    tags,
    request: { body: json(signUpBody) },
    answer: signedInBody,
    status: 201,
  },
  (c) => {
    const account = { ...c.req.valid('json'), device: deviceOf(c) }
    return serve(c, { status: 201, verb: (ctx) => signUp(ctx, account), body: toSignedInBody })
  },
)

endpoint(
  auth,
  {
    method: 'post',
    path: '/api/auth/signin',
    access: 'public',
    isForOnce: true,
    summary: 'Sign in',
    tags,
    request: { body: json(signInBody) },
    answer: signedInBody,
  },
  (c) => {
    const credentials = { ...c.req.valid('json'), device: deviceOf(c) }
    return serve(c, { verb: (ctx) => signIn(ctx, credentials), body: toSignedInBody })
  },
)

endpoint(
  auth,
  {
    method: 'post',
    path: '/api/auth/refresh',
    access: 'public',
    isForOnce: true,
    summary: 'Exchange a refresh token for a new pair of tokens',
    tags,
    request: { body: json(refreshBody) },
    answer: signedInBody,
  },
  (c) => {
    const { refresh_token: refreshToken } = c.req.valid('json')
    const device = deviceOf(c)
    return serve(c, { verb: (ctx) => refreshSession(ctx, { refreshToken, device }), body: toSignedInBody })
  },
)

endpoint(
  auth,
  {
    method: 'delete',
    path: '/api/auth/session',
    summary: 'Sign out',
    tags,
    answer: null,
  },
  (c) => serve(c, { status: 204, verb: signOut, body: () => ({}) }),
)
