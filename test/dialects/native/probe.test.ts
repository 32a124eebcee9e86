import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { Database, compile } from '#db/database.ts'
import { businessSearch } from '#db/businesses.ts'
import { aWorld, aPerson, write, query } from '../../world.ts'

it('probe', async () => {
  const owner = await aPerson()
  const n = 15000
  await env.DB.prepare(`insert into businesses (id, ownerId, slug, name, category, timeZone, currency, city, country, cityKey, latitude, longitude, latitudeBand, ratingSum, ratingCount, active, createdAt, updatedAt)
   with recursive n(i) as (select 1 union all select i+1 from n where i < ${n})
   select i, ?, 'b'||i, 'Salon number '||i, 'hair', 'UTC', 'EUR', 'Berlin', 'DE', 'berlin', 52.5 + (i%100)/1000.0, 13.4+(i/100)/1000.0, cast((52.5 + (i%100)/1000.0)*10 as integer), 0, 0, 1, 1, 1 from n`).bind(owner.id).run()
  const run = async (label: string, statements: readonly any[]) => {
    for (const { text, values } of statements) {
      const t = performance.now()
      const r = await env.DB.prepare(text).bind(...values).all()
      console.log(label, r.results.length, 'rows_read', r.meta.rows_read, 'ms', Math.round(performance.now() - t), r.meta.duration)
    }
  }
  const w = { page: 1, limit: 20 }
  await run('newest', businessSearch({ sort: 'newest' }, w, 10000))
  await run('name', businessSearch({ sort: 'name' }, w, 10000))
  await run('city', businessSearch({ sort: 'rating', cityKey: 'berlin' }, w, 10000))
  await run('q', businessSearch({ sort: 'newest', match: '"salon"*' }, w, 10000))
  await run('q1', businessSearch({ sort: 'newest', match: '"s"*' }, w, 10000))
  await run('q5', businessSearch({ sort: 'newest', match: '"1499"*' }, w, 10000))
  await run('qn', businessSearch({ sort: 'newest', match: '"salon"* "!!"* "number"*' }, w, 10000))
  await run('qe', businessSearch({ sort: 'newest', match: '"!!"* ""*' }, w, 10000))
  await run('qe', businessSearch({ sort: 'newest', match: '""' }, w, 10000))
  const cells = JSON.stringify([525,524,526,523,527].map((b) => [b, 13, 14]))
  const s = businessSearch({ sort: 'distance', near: { latitude: 52.52, longitude: 13.41, radiusKm: 25, cells } }, w, 10000)
  await run('near', s)
  for (const st of [...s, ...businessSearch({ sort: 'newest', cityKey: 'berlin' }, w, 10000)]) {
    const plan = await env.DB.prepare('explain query plan ' + st.text).bind(...st.values as any[]).all()
    console.log(JSON.stringify(plan.results.map((r: any) => r.detail)))
  }
  const r = await env.DB.prepare(s[0]!.text).bind(...(s[0]!.values as any[])).all()
  console.log(JSON.stringify(r.results[1]))
  const world = await aWorld()
  await env.DB.prepare(`insert into bookings (id, businessId, branchId, kind, startAt,endAt,blockedFromAt,blockedToAt,units,capacity,timeZone,status,paymentStatus,priceMinor,currency,discountMinor,source,customFields,version,createdAt,updatedAt,serviceId)
   with recursive n(i) as (select 1 union all select i+1 from n where i < 5000)
   select i, ?, ?, 'appointment', i*10, i*10+5,i*10, i*10+5,1,1,'UTC','confirmed','unpaid',0,'EUR',0,'api','{}',1,1,1, ? from n`).bind(world.businessId, world.branchId, world.serviceId).run()
  const other = await aWorld()
  await env.DB.prepare('delete from serviceResources where serviceId=?').bind(other.serviceId).run()
  const d = await env.DB.prepare('delete from services where id=?').bind(other.serviceId).run()
  console.log('delete', JSON.stringify(d.meta))
})
