import { beforeEach, describe, expect, it } from 'vitest'
import { createSeal, nameOf } from '#domain/sealing.ts'
import { resealSecrets } from '#domain/webhooks/reseal-secrets.ts'
import { rotateSecret } from '#domain/webhooks/rotate-secret.ts'
import { PostOffice, aWebhook, emit, webhookRow } from '../post-office.ts'
import { aWorld, contextOf, query, setClock } from '../world.ts'
import { Webhook } from 'standardwebhooks'

const secretOf = (text: string) =>
  crypto.subtle.importKey('raw', Buffer.from(text), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])

beforeEach(() => setClock())

describe('a seal', () => {
  it('opens what it closed, and nothing of another owner, another use or another secret', async () => {
    const [one, other] = await Promise.all([secretOf('one'), secretOf('other')])
    const sealed = await (await createSeal([one], 'use', 'owner')).close('text')
    const open = async (...given: Parameters<typeof createSeal>) => (await createSeal(...given)).open(sealed)
    expect(sealed.startsWith(await nameOf(one))).toBe(true)
    expect(await open([one], 'use', 'owner')).toBe('text')
    await expect(open([one], 'use', 'somebody')).rejects.toThrow()
    await expect(open([one], 'abuse', 'owner')).rejects.toThrow()
    await expect(open([other], 'use', 'owner')).rejects.toThrow('not known')
    // After a change of the secret the one before it still opens, and the new one closes.
    expect(await open([other, one], 'use', 'owner')).toBe('text')
    const anew = await (await createSeal([other, one], 'use', 'owner')).close('text')
    expect(await (await createSeal([other], 'use', 'owner')).open(anew)).toBe('text')
  })
})

describe('a changed sealing secret', () => {
  it('has webhook secrets sealed anew while the one before it is known, and then needs it no more', async () => {
    const world = await aWorld()
    const office = new PostOffice()
    const [still, rotating, deleted] = [await aWebhook(world), await aWebhook(world), await aWebhook(world)]
    await query("update webhooks set deletedAt = 1, sealedSecret = '' where id = ?", deleted.id)
    const { secret: next } = await rotateSecret(contextOf(world.owner), rotating.id, 24)
    const before = (await office.context().webhooks.sealingKeys())[0]
    const after = await secretOf('a new sealing secret of at least 32 characters')
    const knowing = (...keys: [CryptoKey, ...CryptoKey[]]) =>
      office.context({ sealingKeys: async () => keys })
    expect(await resealSecrets(knowing(before))).toBe(false)
    const sealed = (await webhookRow(still)).sealedSecret
    while (await resealSecrets(knowing(after, before), 1));
    expect((await webhookRow(still)).sealedSecret).not.toBe(sealed)

    await emit(office, world)
    await office.deliver(() => knowing(after))
    const receivedBy = ({ url }: { url: string }) => office.received.find((one) => one.url === url)!
    for (const [webhook, secret] of [
      [still, still.secret],
      [rotating, rotating.secret],
      [rotating, next],
    ] as const) {
      const { text, headers } = receivedBy(webhook)
      new Webhook(secret).verify(text, headers)
    }
  })
})
