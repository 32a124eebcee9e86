import { issueToken } from '#domain/tokens/issue-token.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { credentials, loggedInBody, toLoggedInBody } from './auth.wire.ts'

export const auth: Routes = {
  tag: 'Авторизация',
  routes: [
    endpoint({
      post: '/api/userapi/v1/auth/login',
      id: 'auth.login',
      isForOnce: true,
      access: 'public',
      summary: 'A token for an e-mail and a password',
      description: 'Several live side by side. They are listed and revoked at `/api/integrations/tokens`.',
      json: credentials,
      verb: (ctx, { json, device }) => issueToken(ctx, { ...json, device }),
      answer: loggedInBody,
      body: toLoggedInBody,
    }),
  ],
}
