// Processes that die at a wait of one's choice.
import type { Ports } from '#domain/context.ts'

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
