// Whoever is erased is erased from the log, too: what mentions them is withheld, until it is gone of itself.
import { erasedAmong, insertErasedMarks } from '#db/erased-marks.ts'
import type { Statement } from '#db/database.ts'
import type { Context } from '#domain/context.ts'
import { keyedHash } from '#domain/sealing.ts'
import type { LogEntry, RequestRecord } from './record.ts'

/** A customer, or a booking with its contact. */
export interface Mentioned {
  businessId: number
  id: number
  email: string | null
  phone: string | null
}

const longestContact = 256
/** More contacts than any answer of ours has. */
const mostContacts = 1000

/** The statement from which on the log withholds what mentions these. */
export async function markErased(ctx: Context, erased: readonly Mentioned[]): Promise<Statement> {
  const marks = erased.map(async ({ businessId, id, email, phone }) => {
    const contacts = [email, phone].filter((contact) => contact !== null)
    const hashes = await Promise.all(contacts.map((contact) => hashesOf(ctx, businessId, contact)))
    return [String(id), ...hashes.flat()].map((mark) => [mark, businessId])
  })
  return insertErasedMarks({ marks: JSON.stringify((await Promise.all(marks)).flat()), now: ctx.clock.now() })
}

/** Whether a request that was made at an instant mentions somebody who was erased since. */
export async function mentionsErased(
  ctx: Context,
  { businessId, path, createdAt }: Pick<LogEntry, 'businessId' | 'path' | 'createdAt'>,
  record: RequestRecord,
): Promise<boolean> {
  const marks = await marksIn(ctx, businessId, path, record)
  if (!marks) return true
  const [found] = await ctx.read([erasedAmong({ marks: JSON.stringify(marks), since: createdAt })])
  return found.length > 0
}

/** All marks that a record may bear; undefined when it has more contacts than can be looked through. */
async function marksIn(
  ctx: Context,
  businessId: number | null,
  path: string,
  { query, request, response }: RequestRecord,
): Promise<string[] | undefined> {
  const text = [path, JSON.stringify(query), request.body?.text, response.body?.text].join('\n')
  const ids = new Set(text.match(/\d{6,16}/g))
  if (businessId === null) return [...ids]
  const contacts = new Set([
    ...text.split(/[^\w.@+'-]+/).filter((word) => word.includes('@') && word.length <= longestContact),
    ...(text.match(/(?<=")\+?[0-9 ()./-]{4,30}(?=\\{0,3}")/g) ?? []),
  ])
  if (contacts.size > mostContacts) return undefined
  const hashes = await Promise.all([...contacts].map((contact) => hashesOf(ctx, businessId, contact)))
  return [...ids, ...hashes.flat()]
}

/** What a contact is to one business tells another nothing. A mark that was set under an earlier secret still counts. */
async function hashesOf(ctx: Context, businessId: number, contact: string): Promise<string[]> {
  const plain = contact.includes('@')
    ? contact.toLowerCase().replaceAll(/^[.'-]+|[.'-]+$/g, '')
    : contact.replaceAll(/\D/g, '')
  const text = `${businessId}\n${plain}`
  const secrets = await ctx.webhooks.sealingKeys()
  const hashes = await Promise.all(secrets.map((secret) => keyedHash(secret, 'erased-contact', text)))
  return hashes.map((hash) => hash.toString('base64'))
}
