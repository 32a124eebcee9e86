import { listPrices } from '#domain/rates/list-prices.ts'
import { setPrices } from '#domain/rates/set-prices.ts'
import { endpoint } from '#http/endpoint.ts'
import type { Routes } from '#http/endpoint.ts'
import {
  newPricing,
  priceListBody,
  pricingQuery,
  toPriceListBody,
  toPriceQuestion,
  toPriceSettings,
} from './pricing.wire.ts'
import { toWholeList, wholeList } from './wire.ts'

export const pricing: Routes = {
  tag: 'Pricing',
  routes: [
    endpoint({
      get: '/v1/public/pricing',
      id: 'pricing.list',
      scope: 'pricing.read',
      summary: 'What nights cost, and who may stay them',
      description: `By rooms and room types, each by rates, as prices were set there or come from a parent rate; a room without a price of its
own costs what its type does. Without \`roomId\` and \`typeId\`, all of both. At most 20,000 nights for one answer.`,
      query: pricingQuery,
      verb: async (ctx, { query, withBusiness }) =>
        listPrices(ctx, await withBusiness(toPriceQuestion(query))),
      answer: wholeList(priceListBody),
      body: toWholeList(toPriceListBody),
      isUnchanged: (lists, { lastEdit }) => lastEdit !== undefined && lists.length === 0,
    }),
    endpoint({
      post: '/v1/public/pricing',
      id: 'pricing.update',
      scope: 'pricing.update',
      summary: 'Set what nights cost',
      description: `All or none of it; of two entries for the same night, the later one counts. Restrictions and derived prices are replaced as a
whole where they are given, and stay where they are not. \`derivedPrices\` may have a price, or \`percentage\` and \`additional\` to the base
price. At most 2,500 nights for one call.`,
      json: newPricing,
      verb: async (ctx, { json, withBusiness }) => setPrices(ctx, await withBusiness(toPriceSettings(json))),
      answer: wholeList(priceListBody),
      body: toWholeList(toPriceListBody),
    }),
  ],
}
