import { z } from '@hono/zod-openapi'
import { createRate } from '#domain/rates/create-rate.ts'
import { deleteRate } from '#domain/rates/delete-rate.ts'
import { getRate } from '#domain/rates/get-rate.ts'
import { listRates } from '#domain/rates/list-rates.ts'
import { updateRate } from '#domain/rates/update-rate.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import { newRate, rateBody, rateChanges, toRateBody, toRateDetails } from './rates.wire.ts'
import { idParams, located, single, toSingle, toWholeList, wholeList } from './wire.ts'

export const rates: Routes = {
  tag: 'Rates',
  routes: [
    endpoint({
      get: '/v1/public/rates',
      id: 'rates.list',
      scope: 'rates.read',
      summary: 'All rates, with their cancellation policies',
      query: z.strictObject({}),
      verb: async (ctx, { withBusiness }) => listRates(ctx, (await withBusiness({})).businessId),
      answer: wholeList(rateBody),
      body: toWholeList(toRateBody),
    }),
    endpoint({
      post: '/v1/public/rates',
      id: 'rates.create',
      scope: 'rates.create',
      summary: 'Add a rate',
      description: `With a \`parentRateId\`, whatever has no price at this rate costs what it costs at that one, with \`rateRelation\` added:
first the percents, rounded to the smallest unit of the currency (halves up), then the amount, and never less than 0. Rates can be
derived three times over; each step starts from the rounded price.`,
      json: newRate,
      verb: async (ctx, { json, withBusiness }) => createRate(ctx, await withBusiness(toRateDetails(json))),
      answer: single(rateBody),
      status: 201,
      body: toSingle(toRateBody),
      answerHeaders: ({ id }) => located('/rates', id),
    }),
    endpoint({
      get: '/v1/public/rates/{id}',
      id: 'rates.get',
      scope: 'rates.read',
      summary: 'A rate',
      params: idParams,
      verb: (ctx, { params }) => getRate(ctx, params.id),
      answer: single(rateBody),
      body: toSingle(toRateBody),
    }),
    endpoint({
      patch: '/v1/public/rates/{id}',
      id: 'rates.update',
      scope: 'rates.update',
      summary: 'Change what is given of a rate',
      description:
        'Of the cancellation policy, too, only what is given changes. Prices derived from the rate follow at once.',
      params: idParams,
      json: rateChanges,
      verb: (ctx, { params, json }) => updateRate(ctx, params.id, toRateDetails(json)),
      answer: single(rateBody),
      body: toSingle(toRateBody),
    }),
    endpoint({
      delete: '/v1/public/rates/{id}',
      id: 'rates.delete',
      scope: 'rates.delete',
      summary: 'Delete a rate that no stay to come is at, and no other rate is derived from',
      params: idParams,
      verb: (ctx, { params }) => deleteRate(ctx, params.id),
      answer: null,
    }),
  ],
}
