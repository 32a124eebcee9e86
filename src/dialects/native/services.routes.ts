import { OpenAPIHono, z } from '@hono/zod-openapi'
import { createService } from '#domain/services/create-service.ts'
import { deleteService } from '#domain/services/delete-service.ts'
import { listServices } from '#domain/services/list-services.ts'
import { updateService } from '#domain/services/update-service.ts'
import { pageQuery, toPageRequest } from '#http/paging.ts'
import { serve } from '#http/serve.ts'
import type { Hallway } from '#http/tools.ts'
import { endpoint, json } from './endpoint.ts'
import { toListBody } from './list.wire.ts'
import {
  newService,
  serviceBody,
  serviceChanges,
  servicesBody,
  toNewService,
  toServiceBody,
  toServiceChanges,
} from './services.wire.ts'
import { onInvalid } from './validation.ts'
import { idText } from './wire.ts'

const tags = ['Services']
const params = z.object({ id: idText })

export const services = new OpenAPIHono<Hallway>({ defaultHook: onInvalid })

endpoint(
  services,
  {
    method: 'get',
    path: '/api/services/business/{businessId}',
    scope: 'services:read',
    access: 'public',
    summary: 'What a business offers; its members also see what is not active',
    tags,
    request: { params: z.object({ businessId: idText }), query: z.strictObject(pageQuery) },
    answer: servicesBody,
  },
  (c) => {
    const { businessId } = c.req.valid('param')
    const page = toPageRequest(c.req.valid('query'), 'services', 1)
    return serve(c, {
      verb: (ctx) => listServices(ctx, businessId, page),
      body: (found) => toListBody('services', found, toServiceBody),
    })
  },
)

endpoint(
  services,
  {
    method: 'post',
    path: '/api/services',
    summary: 'Offer a service',
    tags,
    request: { body: json(newService) },
    answer: serviceBody,
    status: 201,
  },
  (c) => {
    const service = toNewService(c.req.valid('json'))
    return serve(c, { status: 201, verb: (ctx) => createService(ctx, service), body: toServiceBody })
  },
)

endpoint(
  services,
  {
    method: 'patch',
    path: '/api/services/{id}',
    summary: 'Change a service',
    tags,
    request: { params, body: json(serviceChanges) },
    answer: serviceBody,
  },
  (c) => {
    const { id } = c.req.valid('param')
    const changes = toServiceChanges(c.req.valid('json'))
    return serve(c, { verb: (ctx) => updateService(ctx, id, changes), body: toServiceBody })
  },
)

endpoint(
  services,
  {
    method: 'delete',
    path: '/api/services/{id}',
    summary: 'Stop offering a service; its bookings stay',
    tags,
    request: { params },
    answer: null,
  },
  (c) => {
    const { id } = c.req.valid('param')
    return serve(c, { status: 204, verb: (ctx) => deleteService(ctx, id), body: () => ({}) })
  },
)
