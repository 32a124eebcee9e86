import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { businessById } from '#db/businesses.ts'
import { ConstraintError, Database, NotWritten, StorageError } from '#db/database.ts'
import { hashOfKey } from '#domain/api-keys/api-key-format.ts'
import { keyCredential } from '#domain/api-keys/key-credential.ts'
import { DomainError } from '#domain/errors.ts'
import { openContext } from '#domain/open-context.ts'
import { openPorts } from '../../src/wiring/index.ts'
import { aKey, aPerson, aWorld, contextOf, settled, setClock } from '../world.ts'
import type { World } from '../world.ts'

let world: World
beforeEach(async () => {
  setClock()
  world = await aWorld()
})

/** A request with a key, of which only storage can tell whose it is. */
async function withKey(secret?: string) {
  const { id, key } = await aKey(world)
  const work: Promise<unknown>[] = []
  const ports = openPorts(env, { waitUntil: (one) => void work.push(one) })
  const clock = { now: () => Date.now() }
  const presented = { keyHash: hashOfKey(secret ?? key), address: '', isPublic: false }
  const credential = keyCredential(presented, Date.now())
  let reads = 0
  const db = new Proxy(ports.db, {
    get(target, name) {
      if (name === 'read') reads++
      return (Reflect.get(target, name) as () => unknown).bind(target)
    },
  })
  const caller = { type: 'anonymous' } as const
  const ctx = openContext({ ...ports, db }, { caller, credential, clock, requestId: 'test' })
  return { id, ctx, reads: () => reads }
}

describe('who acts', () => {
  it('cannot be asked before it is confirmed', async () => {
    const { ctx } = await withKey()
    expect(() => ctx.actor).toThrow('nobody is confirmed yet')
    expect(() => ctx.owner).not.toThrow()
    expect(ctx.accountId).toBe(0)
  })

  it('is confirmed by the first read, in its round trip', async () => {
    const { id, ctx, reads } = await withKey()
    const { business, none } = await ctx.read({
      business: businessById({ id: world.businessId }),
      none: businessById({ id: 1 }),
    })
    expect([business.map((row) => row.id), none]).toEqual([[world.businessId], []])
    expect(ctx.actor).toMatchObject({ type: 'key', keyId: id, businessId: world.businessId })
    await ctx.confirmed()
    expect(reads()).toBe(1)
  })

  it('is known of a person at once, but for what they are to businesses', async () => {
    let reads = 0
    const ctx = contextOf(world.owner, (ports) => ({
      ...ports,
      db: new Proxy(ports.db, {
        get(target, name) {
          if (name === 'read') reads++
          return (Reflect.get(target, name) as () => unknown).bind(target)
        },
      }),
    }))
    expect(ctx.caller).toMatchObject({ type: 'user', accountId: world.owner.id })
    expect(await ctx.identified()).toEqual(ctx.caller)
    expect(() => ctx.actor).toThrow('nobody is confirmed yet')
    await ctx.commit({ statements: [{ text: 'select 1', values: [] }], result: undefined })
    expect(reads).toBe(0)
    const [[business]] = await ctx.read([businessById({ id: world.businessId })])
    expect(business?.id).toBe(world.businessId)
    const memberships = [{ businessId: world.businessId, role: 'owner', resourceId: null }]
    expect(ctx.actor).toEqual({ ...ctx.caller, memberships })
    await ctx.confirmed()
    expect(reads).toBe(1)
  })

  it('is told to whoever must know before it reads', async () => {
    const { id, ctx } = await withKey()
    expect(await ctx.confirmed()).toMatchObject({ type: 'key', keyId: id })
    const ada = contextOf(await aPerson('Ada'))
    expect(await ada.confirmed()).toMatchObject({ type: 'user', accountId: ada.accountId })
    await settled()
  })

  it('stays unknown when the credential is worth nothing', async () => {
    const { ctx } = await withKey('sk_live_of_nobody')
    await expect(ctx.confirmed()).rejects.toMatchObject({ kind: 'unauthenticated' })
    await expect(ctx.mayAct()).rejects.toMatchObject({ kind: 'unauthenticated' })
    expect(() => ctx.actor).toThrow()
  })
})

describe('a write that failed', () => {
  const failing = (cause: unknown) => {
    const database = {
      withSession: () => ({
        prepare: () => ({ bind: () => ({ all: () => Promise.reject(cause as Error) }) }),
      }),
    }
    return contextOf(world.owner, (ports) => ({
      ...ports,
      db: new Database(database as unknown as D1Database, 'first-primary'),
    }))
  }
  const statement = { text: 'select 1', values: [] }
  const commit = async (message: string): Promise<unknown> => {
    try {
      return await failing(new Error(message)).commit({ statements: [statement], result: undefined })
    } catch (error) {
      return error
    }
  }

  it('is known not to have happened when a rule refused it, or storage did not let it in', async () => {
    const refused = await commit('D1_ERROR: slot_taken: SQLITE_CONSTRAINT')
    expect([refused instanceof ConstraintError, NotWritten.isSaidBy(refused)]).toEqual([true, true])
    const turnedAway = await commit('D1_ERROR: D1 DB is overloaded. Too many requests queued.')
    expect(turnedAway).toMatchObject({ code: 'storage.unavailable' })
    expect(NotWritten.isSaidBy(turnedAway)).toBe(true)
    const worded = new DomainError('booking.slot_taken', { cause: refused })
    expect(NotWritten.isSaidBy(worded)).toBe(true)
  })

  it('may have happened all the same when storage did not answer', async () => {
    const lost = await commit('D1_ERROR: Network connection lost.')
    expect(lost).toMatchObject({ code: 'storage.unavailable', cause: expect.any(StorageError) as unknown })
    expect(NotWritten.isSaidBy(lost)).toBe(false)
    expect(NotWritten.isSaidBy(await commit('something else'))).toBe(false)
  })
})
