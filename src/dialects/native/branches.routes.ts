import { z } from '@hono/zod-openapi'
import { createBranch } from '#domain/branches/create-branch.ts'
import { listBranches } from '#domain/branches/list-branches.ts'
import { updateBranch } from '#domain/branches/update-branch.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { branchBody, branchChanges, branchesBody, newBranch, toBranchBody } from './branches.wire.ts'
import { pageQuery, toListBody, toPageRequest } from './list.wire.ts'
import { idText } from './wire.ts'

export const branches: Routes = {
  tag: 'Branches',
  routes: [
    endpoint({
      get: '/api/branches/business/{businessId}',
      id: 'branches.list',
      scope: 'services:read',
      access: 'public',
      summary: 'The branches of a business, the eldest first',
      params: z.object({ businessId: idText }),
      query: z.strictObject(pageQuery),
      verb: (ctx, { params: { businessId }, query }) =>
        listBranches(ctx, businessId, toPageRequest(query, 'branches', 1)),
      answer: branchesBody,
      body: (found) => toListBody('branches', found, toBranchBody),
    }),
    endpoint({
      post: '/api/branches',
      id: 'branches.create',
      scope: 'branches:write',
      summary: 'Open another branch',
      description: 'Staff belong to one branch each: theirs is where they are booked, by its clock.',
      json: newBranch,
      verb: async (ctx, { json, withBusiness }) => createBranch(ctx, await withBusiness(json)),
      answer: branchBody,
      status: 201,
      body: toBranchBody,
    }),
    endpoint({
      patch: '/api/branches/{id}',
      id: 'branches.update',
      scope: 'branches:write',
      summary: 'Change a branch',
      description: `Changes what is named; an address is replaced as a whole. In another time zone the hours of its staff are meant by the new
clock from then on, and searches answer by it. What was booked stays at its instant and keeps the time zone that it was
agreed in; a booking that is moved takes the new one.`,
      params: z.object({ id: idText }),
      json: branchChanges,
      verb: (ctx, { params: { id }, json }) => updateBranch(ctx, id, json),
      answer: branchBody,
      body: toBranchBody,
    }),
  ],
}
