// Turns Cloudflare's bindings into the tools that the doors and the domain ask for.
import { Database } from '#db/database.ts'
import type { Ports } from '#domain/context.ts'
import { isLoopback } from '#domain/webhooks/webhook-url.ts'
import type { WebhookPorts } from '#domain/webhooks/ports.ts'
import { formats } from '#dialects/index.ts'
import type { Bindings } from '#http/hallway.ts'
import { pages } from '#web/pages.ts'
import { clock } from './clock.ts'
import { slotLocks } from './locks.ts'
import { announce, remind } from './queues.ts'
import { lastingOf, passwords, tokens } from './secrets.ts'
import { logStorage } from './storage.ts'

declare global {
  namespace Cloudflare {
    interface Env {
      /** Set to `true` by local runs, never where the service is deployed: see domain/webhooks/webhook-url.ts. */
      WEBHOOK_ALLOW_LOOPBACK?: string
    }
  }
}

export function wire(env: Cloudflare.Env, execution: Pick<ExecutionContext, 'waitUntil'>): Bindings {
  const { accessTokens, keyTokens, sealingKeys, knownCallers } = lastingOf(env)
  return {
    clock,
    origin: env.PUBLIC_ORIGIN,
    accessTokens,
    keyTokens,
    limiter: env.RATE_LIMITER,
    pages,
    knownCallers,
    sealingKey: async () => (await sealingKeys)[0],
    log: async (message) => void (await env.REQUEST_LOG.send(message, { contentType: 'v8' })),
    open: ({ writes, bookmark }) => {
      // A decision to write rests on the latest state, not on what the caller has seen.
      return openPorts(env, execution, writes ? 'first-primary' : (bookmark ?? 'first-unconstrained'))
    },
  }
}

/** Ports for one request, or one message or sweep. Most use few of them, so each is made when it is asked for. */
export function openPorts(
  env: Cloudflare.Env,
  execution: Pick<ExecutionContext, 'waitUntil'>,
  from = 'first-primary',
): Ports {
  return {
    db: new Database(env.DB, from),
    get locks() {
      return slotLocks(env.SLOT_LOCK)
    },
    get passwords() {
      return passwords(env)
    },
    get tokens() {
      return tokens(env)
    },
    get webhooks() {
      return webhookPorts(env)
    },
    get logs() {
      return logStorage(env)
    },
    announce: (eventIds) => announce(env, eventIds),
    background: (work) => execution.waitUntil(work),
  }
}

function webhookPorts(env: Cloudflare.Env): WebhookPorts {
  return {
    // Made on demand: few requests need it, and parsing an address takes time.
    get urlRules() {
      const ownHost = new URL(env.PUBLIC_ORIGIN).hostname
      // A service with a public address never calls its own machine, whatever is configured.
      return { ownHost, allowLoopback: env.WEBHOOK_ALLOW_LOOPBACK === 'true' && isLoopback(ownHost) }
    },
    sealingKeys: () => lastingOf(env).sealingKeys,
    formats,
    origin: env.PUBLIC_ORIGIN,
    outbound: (url, request) => fetch(url, { ...request, redirect: 'manual' }),
    remind: (reminders) => remind(env, reminders),
    random: () => Math.random(),
  }
}
