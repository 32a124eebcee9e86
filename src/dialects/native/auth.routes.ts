import { refreshSession } from '#domain/accounts/refresh-session.ts'
import { signIn } from '#domain/accounts/sign-in.ts'
import { signOut } from '#domain/accounts/sign-out.ts'
import { signUp } from '#domain/accounts/sign-up.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { refreshBody, signedInBody, signInBody, signUpBody, toSignedInBody } from './accounts.wire.ts'

export const auth: Routes = {
  tag: 'Authentication',
  routes: [
    endpoint({
      post: '/api/auth/signup',
      id: 'auth.signUp',
      isForOnce: true,
      access: 'public',
      summary: 'Make an account',
      description:
        'Makes an account and signs it in. 409 `account.email_taken` when the e-mail has one already.',
      json: signUpBody,
      verb: (ctx, { json, device }) => signUp(ctx, { ...json, device }),
      answer: signedInBody,
      status: 201,
      body: toSignedInBody,
    }),
    endpoint({
      post: '/api/auth/signin',
      id: 'auth.signIn',
      isForOnce: true,
      access: 'public',
      summary: 'Sign in',
      description: 'One and the same 401 for an unknown e-mail and for a wrong password.',
      json: signInBody,
      verb: (ctx, { json, device }) => signIn(ctx, { ...json, device }),
      answer: signedInBody,
      body: toSignedInBody,
    }),
    endpoint({
      post: '/api/auth/refresh',
      id: 'auth.refresh',
      isForOnce: true,
      access: 'public',
      summary: 'Exchange a refresh token for a new pair of tokens',
      description:
        'The refresh token given is dead from then on. One that comes a second time ends the whole session.',
      json: refreshBody,
      verb: (ctx, { json: { refresh_token: refreshToken }, device }) =>
        refreshSession(ctx, { refreshToken, device }),
      answer: signedInBody,
      body: toSignedInBody,
    }),
    endpoint({
      delete: '/api/auth/session',
      id: 'auth.signOut',
      summary: 'Sign out',
      verb: (ctx) => signOut(ctx),
      answer: null,
    }),
  ],
}
