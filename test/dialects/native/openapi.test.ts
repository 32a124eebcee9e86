// What the documents show by example: nobody should copy one and be refused.
import { expect, it } from 'vitest'
import { z } from '@hono/zod-openapi'
import { native } from '#dialects/native/index.ts'
import { sample } from '#dialects/native/wire.ts'
import { someRooms } from '../../domain/stays/house.ts'
import { aKey, aWorld, call, setClock, tokenOf } from '../../world.ts'

interface Described {
  $ref?: string
  example?: unknown
  properties?: Record<string, Described>
  items?: Described
  anyOf?: Described[]
}

interface Content {
  content?: Record<string, { schema: Described }>
}

interface Shown {
  place: string
  /** Of the schema, when it has one. */
  name: string | undefined
  schema: z.ZodType
  example: unknown
}

const { components, paths } = native.getOpenAPI31Document({
  openapi: '3.1.0',
  info: { title: 'Slotkeeper', version: '1' },
}) as unknown as {
  components: { schemas: Record<string, Described> }
  paths: Record<string, Record<string, { requestBody: Content; responses: Record<string, Content> }>>
}

/** Each JSON body beside its schema, as it is checked and as it is described. */
const bodies = native.openAPIRegistry.definitions.flatMap((definition) => {
  if (definition.type !== 'route') return []
  const { method, path, request, responses } = definition.route
  const { requestBody, responses: answers } = paths[path]![method]!
  const asked = { place: `${method} ${path}`, kind: 'request', own: request?.body ?? {}, said: requestBody }
  const answered = Object.entries(responses).map(([status, own]) => {
    return { place: `${method} ${path} ${status}`, kind: 'answer', own, said: answers[status] }
  })
  return [asked, ...answered].flatMap(({ place, kind, own, said }) => {
    const json = 'content' in own ? own.content?.['application/json'] : undefined
    const described = said?.content?.['application/json']?.schema
    if (!json || !('schema' in json) || !(json.schema instanceof z.ZodType) || !described) return []
    return [{ place, kind, schema: json.schema, described, shown: shownIn(json.schema, described, place) }]
  })
})
const shown = (kind: string) => bodies.filter((body) => body.kind === kind).flatMap((body) => body.shown)

/** Every example in what is described, each beside the schema that it is an example of. */
function shownIn(schema: z.ZodType, described: Described, place: string): Shown[] {
  const name = described.$ref?.split('/').at(-1)
  const { example, properties = {}, items, anyOf = [] } = components.schemas[name ?? ''] ?? described
  const bare = bareOf(schema)
  const inner: [string, unknown, Described | undefined][] = []
  if (bare instanceof z.ZodObject) {
    for (const [field, part] of Object.entries(bare.shape)) inner.push([`.${field}`, part, properties[field]])
  }
  if (bare instanceof z.ZodArray) inner.push(['[]', bare.element, items])
  if (bare instanceof z.ZodUnion) {
    for (const [index, option] of bare.options.entries()) inner.push(['', option, anyOf[index]])
  }
  return [
    ...(example === undefined ? [] : [{ place, name, schema, example }]),
    ...inner.flatMap(([step, part, said]) => (said ? shownIn(part as z.ZodType, said, place + step) : [])),
  ]
}

function bareOf(schema: z.ZodType): z.ZodType {
  const isWrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault
  return isWrapped ? bareOf(schema.unwrap() as z.ZodType) : schema
}

it('have an example of every request body', () => {
  const requests = bodies.filter(({ kind }) => kind === 'request')
  expect(requests.length).toBeGreaterThan(20)
  const without = requests.filter(({ place, shown: all }) => !all.some((one) => one.place === place))
  expect(without.map(({ place }) => place)).toEqual([])
})

it('have no example that would be refused', () => {
  const examples = shown('request')
  expect(examples.length).toBeGreaterThan(50)
  const refused = examples.flatMap(({ place, schema, example }) => {
    const { error } = schema.safeParse(example)
    return error ? [[place, z.prettifyError(error)]] : []
  })
  expect(refused).toEqual([])
})

it('have examples of answers without a field too many', () => {
  const examples = shown('answer')
  expect(examples.length).toBeGreaterThan(50)
  for (const { place, schema, example } of examples) {
    const { error, data } = schema.safeParse(example)
    expect([place, error?.issues, data]).toEqual([place, undefined, example])
  }
})

it('have no example that was not looked at', () => {
  const names = new Set([...shown('request'), ...shown('answer')].map(({ name }) => name))
  const exemplary = Object.entries(components.schemas).filter(([, { example }]) => example !== undefined)
  expect(exemplary.map(([name]) => name).filter((name) => !names.has(name))).toEqual([])
})

it('tell one story, and it happens as it is told', async () => {
  setClock(Date.UTC(2031, 2, 2, 12))
  const world = await aWorld({ timeZone: 'Europe/Berlin' })
  const { token } = world.owner
  const { key } = await aKey(world)
  const real: Record<number, number> = {
    [sample.businessId]: world.businessId,
    [sample.serviceId]: world.serviceId,
    [sample.staffId]: world.staffIds[0]!,
    [sample.siteId]: world.siteId,
  }
  const told = new Set<string>()
  const tell = async (place: string, id: number | string | number[], credential: object = { token }) => {
    told.add(place)
    const [method = '', path = ''] = place.split(' ')
    const example = shown('request').find((one) => one.place === place)?.example
    const body = JSON.stringify(example).replaceAll(/\b\d{15}\b/g, (known) => String(real[Number(known)]))
    const ids = [id].flat()
    const answer = await call(
      method.toUpperCase(),
      path.replaceAll(/\{\w+\}/g, () => String(ids.shift())),
      {
        ...credential,
        body,
      },
    )
    expect([place, answer.status < 300, answer.text]).toEqual([place, true, answer.text])
    return answer.body
  }
  await tell('post /api/auth/signup', '', {})
  const { access_token: own } = await tell('post /api/auth/signin', '', {})
  await tell('patch /api/users/profile', '', { token: own })
  await tell('post /api/businesses', '')
  await tell('patch /api/businesses/{idOrSlug}', world.businessId)
  const service = await tell('post /api/services', '')
  real[sample.serviceId] = service.id
  await tell('patch /api/services/{id}', service.id)
  await tell('put /api/staff/{id}/schedule', world.staffIds[0]!)
  const [room] = await someRooms(world, 1)
  await tell('put /api/rooms/{id}/schedule', room!)
  const { id: colleague } = await tell('post /api/staff', '')
  await tell('patch /api/staff/{id}', colleague)
  const { id: branch } = await tell('post /api/branches', '')
  await tell('patch /api/branches/{id}', branch)
  await tell('post /api/coupons', '')
  const { id: webhook } = await tell('post /api/webhooks', '')
  const booking = await tell('post /api/bookings', '')
  await tell('post /api/bookings/holds', '')
  await tell('patch /api/bookings/{id}', booking.id)
  const { id: partners } = await tell('post /api/integrations/partner/bookings', '', { key })
  await tell('post /api/bookings/{id}/cancel', partners)
  const { id: visit } = await tell('post /api/bookings/visits', '')
  await tell('patch /api/bookings/visits/{id}', visit)
  await tell('post /api/bookings/visits/{id}/cancel', visit)
  await tell('patch /api/webhooks/{id}', webhook)
  await tell('post /api/webhooks/{id}/rotate-secret', webhook)
  await tell('post /api/sites', '')
  await tell('patch /api/sites/{id}', world.siteId)
  const { id: lead } = await tell('post /api/leads', '', {})
  await tell('put /api/businesses/{id}/lead-stages', world.businessId)
  await tell('patch /api/businesses/{id}/leads/{leadId}', [world.businessId, lead])
  const { id: issued } = await tell('post /api/integrations/api-keys', '')
  await tell('post /api/integrations/api-keys/{id}/rotate', issued)
  await tell('delete /api/users/account', '', { token: own })
  // The day of the booking has come.
  setClock(Date.UTC(2031, 2, 3, 12))
  const later = { token: await tokenOf(world.owner.id) }
  await tell('patch /api/bookings/{id}/status', booking.id, later)
  await tell('post /api/webhooks/{id}/replay', webhook, later)
  const untold = bodies.filter(({ place, kind }) => kind === 'request' && !told.has(place))
  // A refresh token cannot be known before.
  expect(untold.map(({ place }) => place)).toEqual(['post /api/auth/refresh'])
})
