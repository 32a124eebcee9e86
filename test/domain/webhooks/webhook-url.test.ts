import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { webhookUrl } from '#domain/webhooks/webhook-url.ts'
import { openPorts } from '../../../src/wiring/index.ts'
import wrangler from '../../../wrangler.toml?raw'

const rules = { ownHost: 'slots.example.com', allowLoopback: false }
const outcome = (url: string, given = rules) => {
  const found = webhookUrl(url, given)
  return 'href' in found ? found.href : found.problem
}

describe('an address that may be called', () => {
  it.each([
    ['https://hooks.example.com/a?b=c', 'https://hooks.example.com/a?b=c'],
    ['https://hooks.example.com:443/#fragment', 'https://hooks.example.com/'],
    ['HTTPS://Hooks.EXAMPLE.com', 'https://hooks.example.com/'],
    ['https://bücher.example.com/', 'https://xn--bcher-kva.example.com/'],
    ['https://a_b.example.co.uk/', 'https://a_b.example.co.uk/'],
    ['https://1.2.3.4.example.com/', 'https://1.2.3.4.example.com/'],
    ['https://otherslots.example.com/', 'https://otherslots.example.com/'],
    ['https://receiver.partner.workers.dev/', 'https://receiver.partner.workers.dev/'],
  ])('%s is kept as %s', (url, href) => {
    expect(outcome(url)).toBe(href)
  })
})

describe('an address is refused', () => {
  it.each([
    ['', 'must be a URL'],
    ['hooks.example.com', 'must be a URL'],
    ['https://', 'must be a URL'],
    ['https://256.256.256.256/', 'must be a URL'],
    [`https://hooks.example.com/${'x'.repeat(2048)}`, 'must be a URL'],
    ['http://hooks.example.com/', 'must start with https://'],
    ['ftp://hooks.example.com/', 'must start with https://'],
    ['file:///etc/passwd', 'must start with https://'],
    ['javascript:alert(1)', 'must start with https://'],
    ['https://hooks.example.com:8443/', 'must use port 443'],
    ['https://hooks.example.com:80/', 'must use port 443'],
    ['https://me@hooks.example.com/', 'must not carry a user name or password'],
    ['https://me:secret@hooks.example.com/', 'must not carry a user name or password'],
    ['https://hooks.example.com@127.0.0.1/', 'must not carry a user name or password'],
    ...[
      '127.0.0.1',
      '10.0.0.1',
      '169.254.169.254',
      '192.168.1.1',
      '8.8.8.8',
      '0.0.0.0',
      '0',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0x7f.0.0.1',
      '0177.0.0.1',
      '017700000001',
      '127.0.0.1.',
      '①②⑦.⓪.⓪.①',
      '127。0。0。1',
      '%31%32%37.0.0.1',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[fd00::1]',
      '[fe80::1]',
      '[2001:4860:4860::8888]',
      '[64:ff9b::7f00:1]',
    ].map((host) => [`https://${host}/`, 'must name a host, not an IP address']),
    ...[
      'localhost',
      'LOCALHOST',
      'localhost.',
      'receiver',
      'metadata',
      'a.localhost',
      'printer.local',
      'db.internal',
      'metadata.google.internal',
      'metadata.google.internal.',
      'hooks.example.com.',
      'a.test',
      'a.example',
      'a.invalid',
      'a.onion',
      'router.home.arpa',
      '1.0.0.127.in-addr.arpa',
      'router.lan',
      'a..example.com',
      'mail.corp',
      'nas.home',
      'db.private',
      '10-0-0-1.nip.io',
      '127.0.0.1.nip.io',
      'a.10.0.0.1.sslip.io',
      'localtest.me',
      'app.lvh.me',
    ].map((host) => [`https://${host}/`, 'must name a public host']),
    ['https://slots.example.com/api/webhooks', 'must not be an address of this service'],
    ['https://SLOTS.example.com/', 'must not be an address of this service'],
    ['https://old.slots.example.com/', 'must not be an address of this service'],
    ['https://slotkeeper.somebody.workers.dev/', 'must not be an address of this service'],
    ['https://1a2b3c-slotkeeper.somebody.workers.dev/', 'must not be an address of this service'],
  ])('%s: it %s', (url, problem) => {
    expect(outcome(url)).toBe(problem)
  })

  it('on this machine, unless local development asks for it', () => {
    const local = { ...rules, allowLoopback: true }
    expect(outcome('http://127.0.0.1:9000/hook', local)).toBe('http://127.0.0.1:9000/hook')
    expect(outcome('https://localhost:9000/', local)).toBe('https://localhost:9000/')
    expect(outcome('http://127.0.0.2:9000/', local)).toBe('must start with https://')
    expect(outcome('http://10.0.0.1/', local)).toBe('must start with https://')
    expect(outcome('ftp://localhost/', local)).toBe('must start with https://')
    expect(outcome('http://me@localhost/', local)).toBe('must not carry a user name or password')
  })
})

describe('a deployed service', () => {
  it('calls public addresses only, whatever a name resolves to', () => {
    expect(wrangler).toMatch(/^compatibility_flags = \[[^\]]*"global_fetch_strictly_public"[^\]]*\]$/m)
  })

  it('knows itself by the name that it is deployed under', () => {
    const name = /^name = "(.+)"$/m.exec(wrangler)?.[1]
    expect(outcome(`https://${name}.somebody.workers.dev/`)).toBe('must not be an address of this service')
  })

  it('never calls its own machine, not even when it is told to', () => {
    const rulesOf = (vars: object) =>
      openPorts({ ...env, ...vars }, { waitUntil: () => undefined }).webhooks.urlRules
    const told = { WEBHOOK_ALLOW_LOOPBACK: 'true' }
    expect(rulesOf(told).allowLoopback).toBe(false)
    expect(rulesOf({ ...told, PUBLIC_ORIGIN: 'http://127.0.0.1:8787' }).allowLoopback).toBe(true)
    expect(rulesOf({ PUBLIC_ORIGIN: 'http://127.0.0.1:8787' }).allowLoopback).toBe(false)
    expect(wrangler).not.toContain('WEBHOOK_ALLOW_LOOPBACK')
    expect(env.WEBHOOK_ALLOW_LOOPBACK).toBeUndefined()
  })
})
