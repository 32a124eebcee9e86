import { OpenAPIHono, z } from '@hono/zod-openapi'
import { createBusiness } from '#domain/businesses/create-business.ts'
import { getBusiness } from '#domain/businesses/get-business.ts'
import { listBusinesses, sortOf } from '#domain/businesses/list-businesses.ts'
import { listOwnBusinesses } from '#domain/businesses/list-own-businesses.ts'
import { updateBusiness } from '#domain/businesses/update-business.ts'
import { pageQuery, toPageRequest } from '#http/paging.ts'
import { serve } from '#http/serve.ts'
import type { Hallway } from '#http/tools.ts'
import {
  businessBody,
  businessChanges,
  businessesBody,
  businessesQuery,
  businessKey,
  newBusiness,
  placeProblems,
  toBusinessBody,
  toBusinessChanges,
  toBusinessQuery,
  toNewBusiness,
} from './businesses.wire.ts'
import { endpoint, json } from './endpoint.ts'
import { toListBody } from './list.wire.ts'
import { onInvalid } from './validation.ts'
import { idText } from './wire.ts'

const tags = ['Businesses']

export const businesses = new OpenAPIHono<Hallway>({ defaultHook: onInvalid })

endpoint(
  businesses,
  {
    method: 'get',
    path: '/api/businesses',
    access: 'public',
    summary: 'Search for businesses',
    tags,
    request: { query: z.strictObject({ ...businessesQuery, ...pageQuery }).superRefine(placeProblems) },
    answer: businessesBody,
  },
  (c) => {
    const { page, limit, cursor, ...query } = c.req.valid('query')
    const search = toBusinessQuery(query)
    const list = `businesses by ${sortOf(search)}`
    const wanted = toPageRequest({ page, limit, cursor }, list)
    return serve(c, {
      verb: (ctx) => listBusinesses(ctx, search, wanted),
      body: (found) => toListBody('businesses', found, toBusinessBody, list),
    })
  },
)

endpoint(
  businesses,
  {
    method: 'get',
    path: '/api/businesses/my-businesses',
    summary: 'The businesses in which you act, the newest first',
    tags,
    request: { query: z.strictObject(pageQuery) },
    answer: businessesBody,
  },
  (c) => {
    const page = toPageRequest(c.req.valid('query'), 'businesses', 1)
    return serve(c, {
      verb: (ctx) => listOwnBusinesses(ctx, page),
      body: (found) => toListBody('businesses', found, toBusinessBody),
    })
  },
)

endpoint(
  businesses,
  {
    method: 'get',
    path: '/api/businesses/{idOrSlug}',
    access: 'public',
    summary: 'A business',
    tags,
    request: { params: z.object({ idOrSlug: businessKey }) },
    answer: businessBody,
  },
  (c) => {
    const { idOrSlug } = c.req.valid('param')
    return serve(c, { verb: (ctx) => getBusiness(ctx, idOrSlug), body: toBusinessBody })
  },
)

endpoint(
  businesses,
  {
    method: 'post',
    path: '/api/businesses',
    summary: 'Open a business',
    tags,
    request: { body: json(newBusiness) },
    answer: businessBody,
    status: 201,
  },
  (c) => {
    const details = toNewBusiness(c.req.valid('json'))
    return serve(c, { status: 201, verb: (ctx) => createBusiness(ctx, details), body: toBusinessBody })
  },
)

endpoint(
  businesses,
  {
    method: 'patch',
    path: '/api/businesses/{id}',
    summary: 'Change a business',
    tags,
    request: { params: z.object({ id: idText }), body: json(businessChanges) },
    answer: businessBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    const changes = toBusinessChanges(c.req.valid('json'))
    return serve(c, { verb: (ctx) => updateBusiness(ctx, id, changes), body: toBusinessBody })
  },
)
