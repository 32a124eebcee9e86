import { z } from '@hono/zod-openapi'
import { createService } from '#domain/services/create-service.ts'
import { deleteService } from '#domain/services/delete-service.ts'
import { listServices } from '#domain/services/list-services.ts'
import { updateService } from '#domain/services/update-service.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { pageQuery, toListBody, toPageRequest } from './list.wire.ts'
import {
  newService,
  serviceBody,
  serviceChanges,
  servicesBody,
  toNewService,
  toServiceBody,
  toServiceChanges,
} from './services.wire.ts'
import { idText } from './wire.ts'

const params = z.object({ id: idText })

export const services: Routes = {
  tag: 'Services',
  routes: [
    endpoint({
      get: '/api/services/business/{businessId}',
      id: 'services.list',
      scope: 'services:read',
      access: 'public',
      summary: 'What a business offers; its members also see what is not active',
      params: z.object({ businessId: idText }),
      query: z.strictObject(pageQuery),
      verb: (ctx, { params: { businessId }, query }) =>
        listServices(ctx, businessId, toPageRequest(query, 'services', 1)),
      answer: servicesBody,
      body: (found) => toListBody('services', found, toServiceBody),
    }),
    endpoint({
      post: '/api/services',
      id: 'services.create',
      summary: 'Offer a service',
      description: `Buffers are kept free around each booking. \`capacity\` is how many seats there are at one start: a class has its staff
member or room to itself, and whoever books the same start joins it. \`slotIntervalMinutes\` is the time from one start to the next,
the duration unless said otherwise. With \`confirmation: approval\` a booking waits for the business. Naming
rooms in \`roomIds\` lets them by the hour: each booking takes one of the staff or one of the rooms that are named.`,
      json: newService,
      verb: (ctx, { json }) => createService(ctx, toNewService(json)),
      answer: serviceBody,
      status: 201,
      body: toServiceBody,
    }),
    endpoint({
      patch: '/api/services/{id}',
      id: 'services.update',
      summary: 'Change a service',
      description: 'Changes what is named. Bookings made before keep what they were made with.',
      params,
      json: serviceChanges,
      verb: (ctx, { params: { id }, json }) => updateService(ctx, id, toServiceChanges(json)),
      answer: serviceBody,
      body: toServiceBody,
    }),
    endpoint({
      delete: '/api/services/{id}',
      id: 'services.delete',
      summary: 'Stop offering a service; its bookings stay',
      params,
      verb: (ctx, { params: { id } }) => deleteService(ctx, id),
      answer: null,
    }),
  ],
}
