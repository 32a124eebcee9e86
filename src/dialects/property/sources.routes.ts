import { createSource } from '#domain/sources/create-source.ts'
import { deleteSource } from '#domain/sources/delete-source.ts'
import { listSources } from '#domain/sources/list-sources.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { newSource, sourceBody, toSourceBody } from './sources.wire.ts'
import { idParams, located, single, toSingle, toWholeList, wholeList } from './wire.ts'

export const sources: Routes = {
  tag: 'Sources',
  routes: [
    endpoint({
      get: '/v1/public/sources',
      id: 'sources.list',
      scope: 'sources.read',
      summary: 'Where reservations come from',
      verb: async (ctx, { withBusiness }) => listSources(ctx, await withBusiness({})),
      answer: wholeList(sourceBody),
      body: toWholeList(toSourceBody),
    }),
    endpoint({
      post: '/v1/public/sources',
      id: 'sources.create',
      scope: 'sources.create',
      summary: 'Add a source',
      json: newSource,
      verb: async (ctx, { json, withBusiness }) => createSource(ctx, await withBusiness(json)),
      answer: single(sourceBody),
      status: 201,
      body: toSingle(toSourceBody),
      answerHeaders: ({ id }) => located('/sources', id),
    }),
    endpoint({
      delete: '/v1/public/sources/{id}',
      id: 'sources.delete',
      scope: 'sources.delete',
      summary: 'Delete a source of your own that no reservation comes from',
      params: idParams,
      verb: async (ctx, { params, withBusiness }) => deleteSource(ctx, await withBusiness(params)),
      answer: null,
    }),
  ],
}
