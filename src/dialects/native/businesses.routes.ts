import { z } from '@hono/zod-openapi'
import { createBusiness } from '#domain/businesses/create-business.ts'
import { getBusiness } from '#domain/businesses/get-business.ts'
import { listBusinesses, sortOf } from '#domain/businesses/list-businesses.ts'
import { listOwnBusinesses } from '#domain/businesses/list-own-businesses.ts'
import { updateBusiness } from '#domain/businesses/update-business.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import {
  businessBody,
  businessChanges,
  businessesBody,
  businessesFoundBody,
  businessesQuery,
  businessKey,
  newBusiness,
  placeProblems,
  toBusinessBody,
  toBusinessChanges,
  toBusinessQuery,
  toNewBusiness,
} from './businesses.wire.ts'
import { pageQuery, toListBody, toPageRequest } from './list.wire.ts'

const params = z.object({ idOrSlug: businessKey })

export const businesses: Routes = {
  tag: 'Businesses',
  routes: [
    endpoint({
      get: '/api/businesses',
      id: 'businesses.search',
      access: 'public',
      summary: 'Search for businesses',
      description:
        'Active businesses only: the nearest first, with `distanceKm`, when `lat` and `lng` are given, else the newest.',
      query: z.strictObject({ ...businessesQuery, ...pageQuery }).superRefine(placeProblems),
      verb: async (ctx, { query: { page, limit, cursor, ...query } }) => {
        const search = toBusinessQuery(query)
        const list = `businesses by ${sortOf(search)}`
        return {
          list,
          found: await listBusinesses(ctx, search, toPageRequest({ page, limit, cursor }, list)),
        }
      },
      answer: businessesFoundBody,
      body: ({ found, list }) => toListBody('businesses', found, toBusinessBody, list),
    }),
    endpoint({
      get: '/api/businesses/my-businesses',
      id: 'businesses.listMine',
      summary: 'The businesses in which you act, the newest first',
      query: z.strictObject(pageQuery),
      verb: (ctx, { query }) => listOwnBusinesses(ctx, toPageRequest(query, 'businesses', 1)),
      answer: businessesBody,
      body: (found) => toListBody('businesses', found, toBusinessBody),
    }),
    endpoint({
      get: '/api/businesses/{idOrSlug}',
      id: 'businesses.get',
      access: 'public',
      summary: 'A business',
      description: 'By its id or its slug. One that is not active is there for its members only.',
      params,
      verb: (ctx, { params: { idOrSlug } }) => getBusiness(ctx, idOrSlug),
      answer: businessBody,
      body: toBusinessBody,
    }),
    endpoint({
      post: '/api/businesses',
      id: 'businesses.create',
      summary: 'Open a business',
      description: 'It comes with a first branch, in the same time zone. Its slug is made of its name.',
      json: newBusiness,
      verb: (ctx, { json }) => createBusiness(ctx, toNewBusiness(json)),
      answer: businessBody,
      status: 201,
      body: toBusinessBody,
    }),
    endpoint({
      patch: '/api/businesses/{idOrSlug}',
      id: 'businesses.update',
      summary: 'Change a business',
      description: 'The owner’s alone. Changes what is named; an address is replaced as a whole.',
      params,
      json: businessChanges,
      verb: (ctx, { params: { idOrSlug }, json }) => updateBusiness(ctx, idOrSlug, toBusinessChanges(json)),
      answer: businessBody,
      body: toBusinessBody,
    }),
  ],
}
