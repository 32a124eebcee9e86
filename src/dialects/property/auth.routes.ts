import { issueKeyToken } from '#domain/api-keys/issue-key-token.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { newToken, toTokenBody, tokenBody } from './auth.wire.ts'
import { tokenPath } from './credentials.ts'
import { entitlement } from './entitlement.ts'

export const auth: Routes = {
  tag: 'Authorization',
  routes: [
    endpoint({
      post: tokenPath,
      id: 'auth.token',
      isForOnce: true,
      access: 'public',
      summary: 'A token for an API key, good for an hour',
      description: `\`clientId\` is the id of the key, \`clientSecret\` the key itself, which is also taken wherever the token is. A token may
what its key may at that moment, and is worth nothing once its key is not.`,
      json: newToken,
      verb: (ctx, { json }) => issueKeyToken(ctx, { ...json, entitlement }),
      answer: tokenBody,
      body: toTokenBody,
    }),
  ],
}
