// Processes that die at a wait of one's choice, and what the platform does about it by itself.
import { runDurableObjectAlarm } from 'cloudflare:test'
import { expect, vi } from 'vitest'
import type { Context, Ports } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { announceForgotten } from '#domain/events/announce-forgotten.ts'
import { dispatchEvents } from '#domain/webhooks/dispatch-events.ts'
import { contextOf, lockOf, query, settled, whoHolds } from './world.ts'
import type { Person, World } from './world.ts'

/** What a dead process meets at every wait. */
export class Death extends Error {
  override name = 'Death'
}

/** Ports of a process that dies at its nth wait, before or after what it waits for has happened; then nothing works. */
export function mortal(ports: Ports, at: number): { ports: Ports; died: () => boolean } {
  let waits = 0
  let dead = false
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    if (dead) throw new Death()
    const wait = ++waits
    if (wait * 2 - 1 === at) {
      dead = true
      throw new Death()
    }
    const result = await work()
    // What was under way when another wait died has happened, but nobody hears of it.
    if (dead || wait * 2 === at) {
      dead = true
      throw new Death()
    }
    return result
  }
  const wrapped = <T extends object>(target: T, methods: readonly (keyof T)[]): T =>
    new Proxy(target, {
      get(_, name) {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        const bound = (...input: unknown[]): Promise<unknown> => value.apply(target, input)
        return methods.includes(name as keyof T)
          ? (...input: unknown[]) => step(() => bound(...input))
          : bound
      },
    })
  return {
    died: () => dead,
    ports: {
      ...ports,
      db: wrapped(ports.db, ['read', 'commit']),
      locks: wrapped(ports.locks, ['claim', 'settle', 'release', 'recheck', 'refill']),
      announce: (ids) => step(() => ports.announce(ids)),
      webhooks: wrapped(ports.webhooks, ['outbound', 'remind']),
    },
  }
}

/** Runs the work in a process that dies at its nth wait, and answers whether it got so far. */
export async function dyingAt(
  at: number,
  person: Person,
  work: (ctx: Context) => Promise<unknown>,
): Promise<boolean> {
  let died = () => false
  const ctx = contextOf(person, (ports) => {
    const frail = mortal(ports, at)
    died = frail.died
    return frail.ports
  })
  await work(ctx).catch((error: unknown) => {
    const isOfDeath = error instanceof Death || (error instanceof DomainError && error.kind === 'unavailable')
    if (!isOfDeath) throw error
  })
  await settled()
  return died()
}

/** Time passes, the alarms of these resources ring, the sweep and the consumer run. */
export async function aMinuteLater(world: World, resourceIds: readonly number[]): Promise<void> {
  vi.setSystemTime(Date.now() + 61_000)
  for (const id of resourceIds) await runDurableObjectAlarm(lockOf(world, id))
  const system = contextOf()
  await announceForgotten(system)
  const waiting = await query<{ id: number }>('select id from events where dispatchedAt is null')
  await dispatchEvents(
    system,
    waiting.map(({ id }) => id),
  )
  await settled()
}

/** What the locks of these resources say is what the database says. */
export async function expectAgreement(world: World, resourceIds: readonly number[]): Promise<void> {
  for (const id of resourceIds) {
    const { lock, database } = await whoHolds(world, id)
    expect(lock).toEqual(database)
  }
}
