import type { Row } from '#db/database.ts'
import { webhookById } from '#db/webhooks/webhooks.ts'
import type { webhooks } from '#db/webhooks/webhooks.ts'
import { actsInside, roleIn } from '#domain/actor.ts'
import { scopeMissing } from '#domain/api-keys/key-credential.ts'
import { allows } from '#domain/api-keys/scope.ts'
import type { Scope } from '#domain/api-keys/scope.ts'
import { managersOnly, mayManage } from '#domain/businesses/standing.ts'
import type { Context } from '#domain/context.ts'
import { DomainError } from '#domain/errors.ts'
import { eventTypes, nounOf } from '#domain/events/event.ts'
import type { EventPattern, EventType } from '#domain/events/event.ts'
import { createSeal } from '#domain/sealing.ts'
import type { Seal } from '#domain/sealing.ts'
import { parseOwn } from '#domain/json.ts'
import { webhookUrl } from './webhook-url.ts'
import { toldKinds } from './message.ts'
import type { Secrets, WebhookFormat } from './message.ts'

type WebhookRow = Row<typeof webhooks>

/** A webhook as its business sees it: without its secrets. */
export type Webhook = Omit<
  WebhookRow,
  'events' | 'sealedSecret' | 'sealedNextSecret' | 'byHandUntilAt' | 'replayingUntilAt'
> & {
  events: readonly EventPattern[]
}

/** What a business says of a webhook. */
export interface WebhookDetails {
  url: string
  events: readonly EventPattern[]
  format: WebhookFormat
}

export function toWebhook(stored: WebhookRow): Webhook {
  const { sealedSecret: _, sealedNextSecret: __, byHandUntilAt: ___, replayingUntilAt: ____, ...row } = stored
  return { ...row, events: patternsOf(row.events) }
}

/** The patterns as they are stored. */
export function patternsOf(events: string): EventPattern[] {
  return parseOwn<EventPattern[]>(events)
}

/** The event types that a webhook with these patterns hears of. */
export function typesHeard(patterns: readonly EventPattern[]): EventType[] {
  return eventTypes.filter((type) => patterns.includes(type) || patterns.includes(`${nounOf(type)}.*`))
}

/** The event types that a webhook is told of: of those that it hears of, the ones that its format has words for. */
export function typesTold(
  { webhooks }: Pick<Context, 'webhooks'>,
  { format, events }: Pick<WebhookRow, 'format' | 'events'>,
): EventType[] {
  const bodies: Partial<Record<string, unknown>> = webhooks.formats[format]?.bodies ?? {}
  return typesHeard(patternsOf(events)).filter((type) => bodies[nounOf(type)])
}

/** The kinds of bookings that a webhook is told of. */
export function kindsTold(
  { webhooks }: Pick<Context, 'webhooks'>,
  { format }: Pick<WebhookRow, 'format'>,
): readonly string[] {
  return webhooks.formats[format]?.kinds ?? toldKinds
}

/** Scopes that let a key read what events of a noun tell; `events:read` lets it read all of them. */
const readingScopes: Record<string, readonly Scope[]> = { booking: ['bookings:read'] }

/** Whether the caller may read what events of a type tell: people who act in the business may, keys are told by scopes. */
export function mayRead({ actor }: Pick<Context, 'actor'>, type: string): boolean {
  if (actor.type !== 'key' || type === 'webhook.ping') return true
  const [noun = ''] = type.split('.')
  return ['events:read' as const, ...(readingScopes[noun] ?? [])].some((scope) => allows(actor.scopes, scope))
}

/** A caller cannot have a webhook told what they may not read themselves. Throws forbidden `key.scope_missing`. */
export function requireReading(
  ctx: Context,
  { events, format }: Pick<WebhookDetails, 'events' | 'format'>,
): void {
  const { actor } = ctx
  // Which stays there are is all that this format tells.
  if (format === 'property' && actor.type === 'key' && allows(actor.scopes, 'reservations.read')) return
  if (!typesHeard(events).every((type) => mayRead(ctx, type))) throw scopeMissing('events:read')
}

export function webhookNotFound(): DomainError {
  return new DomainError('webhook.not_found')
}

/** Nothing is sent to a webhook that is switched off, not even by hand. */
export function requireActive({ active }: Pick<Webhook, 'active'>): void {
  if (active === 0) throw new DomainError('webhook.inactive')
}

/** A webhook of a business that the caller acts inside. Throws not_found, also for one that was deleted. */
export async function getOwnWebhook(ctx: Context, id: number): Promise<WebhookRow> {
  const [[found]] = await ctx.read([webhookById({ id })])
  return ownWebhook(ctx, found)
}

/** The same, to be changed or to send: forbidden to members who do not manage the business. */
export async function getManagedWebhook(ctx: Context, id: number): Promise<WebhookRow> {
  const webhook = await getOwnWebhook(ctx, id)
  requireManagement(ctx, webhook.businessId)
  return webhook
}

/** Webhooks are managed by those who manage the business, and by its keys. Throws forbidden. */
export function requireManagement({ actor }: Pick<Context, 'actor'>, businessId: number): void {
  if (actor.type === 'user' && !mayManage(roleIn(actor, businessId))) throw managersOnly()
}

/** What was found, if the caller acts inside its business. */
export function ownWebhook(
  ctx: Context,
  found: WebhookRow | undefined,
  { deleted = false } = {},
): WebhookRow {
  if (!found || !actsInside(ctx.actor, found.businessId)) throw webhookNotFound()
  if (found.deletedAt !== null && !deleted) throw webhookNotFound()
  return found
}

/** The URL in the form that is called. Throws invalid when it may not be. */
export function requireUrl(ctx: Context, text: string): string {
  const url = webhookUrl(text, ctx.webhooks.urlRules)
  if ('href' in url) return url.href
  throw new DomainError('webhook.url_not_allowed', {
    errors: [{ field: 'url', message: `Url ${url.problem}` }],
  })
}

/** The seal under which the secrets of one webhook are stored. */
export async function sealOf(ctx: Context, webhookId: number): Promise<Seal> {
  return createSeal(await ctx.webhooks.sealingKeys(), 'webhook-secret', String(webhookId))
}

/** What signs at this instant: when a rotation's time is up, the next secret has become the only one. */
export async function secretsOf(
  ctx: Context,
  webhookId: number,
  stored: Pick<WebhookRow, 'sealedSecret' | 'sealedNextSecret' | 'nextSecretAt'>,
): Promise<Secrets> {
  const { sealedSecret, sealedNextSecret, nextSecretAt } = stored
  const seal = await sealOf(ctx, webhookId)
  const next = sealedNextSecret === null ? undefined : await seal.open(sealedNextSecret)
  if (next !== undefined && (nextSecretAt ?? 0) <= ctx.clock.now()) return { current: next, next: undefined }
  return { current: await seal.open(sealedSecret), next }
}
