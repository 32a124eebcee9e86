import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { hexSignature, newSecret, standardHeaders, standardSignature } from '#domain/webhooks/signature.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const body =
  '{"id":"evt_01HZX8","type":"booking.confirmed","timestamp":"2026-01-15T09:30:00.000Z","data":{"id":"bkg_01HZX8","status":"confirmed"}}'
const message = { id: 'evt_01HZX8', timestamp: 1_768_469_400, body }

describe('a signature', () => {
  it('is the one that was published, in hex and in the standard form', async () => {
    expect(await hexSignature(secret, body)).toBe(
      '0cc8e064cd193b05ae3b747921c87f9e8711b932ba2200ece11cbd631df09468',
    )
    expect(await standardSignature(secret, message)).toBe('v1,NZ8FDy458C02ACZbmJJBcf/FbGV78gTHp7khiJJSTeE=')
  })

  it('covers every character of the body as UTF-8', async () => {
    const text = '{"name":"Zoë 🛠️ – naïve"}'
    expect(await hexSignature(secret, text)).toBe(createHmac('sha256', secret).update(text).digest('hex'))
  })

  it('is made with both secrets during a rotation, and each of them verifies', async () => {
    const [current, next] = [newSecret(), newSecret()]
    const now = { ...message, timestamp: Math.floor(Date.now() / 1000) }
    const headers = await standardHeaders({ current, next }, now)
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2)
    for (const one of [current, next]) {
      expect(new Webhook(one).verify(body, headers)).toEqual(JSON.parse(body))
    }
    expect(() => new Webhook(newSecret()).verify(body, headers)).toThrow()
  })
})

describe('a secret', () => {
  it('is 32 random bytes in base64, marked as what it is', () => {
    const [one, other] = [newSecret(), newSecret()]
    expect(one).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(one).not.toBe(other)
  })
})
