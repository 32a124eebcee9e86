import { describe, expect, it } from 'vitest'
import { canonicalAddress, canonicalRange, isWithin } from '#domain/api-keys/ip-range.ts'

describe('a range of addresses', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7/32'],
    ['192.0.2.7/24', '192.0.2.0/24'],
    ['192.0.2.255/25', '192.0.2.128/25'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['255.255.255.255/1', '128.0.0.0/1'],
    ['2001:DB8::1', '2001:db8::1/128'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001/32', '2001:db8::/32'],
    ['2001:db8:ffff::/33', '2001:db8:8000::/33'],
    ['::/0', '::/0'],
    ['::1', '::1/128'],
    ['::ffff:192.0.2.7', '192.0.2.7/32'],
    ['::ffff:c000:207/120', '192.0.2.0/24'],
    ['0:0:0:0:0:ffff:192.0.2.7/96', '0.0.0.0/0'],
  ])('%s is written %s', (text, canonical) => {
    expect(canonicalRange(text)).toBe(canonical)
    expect(canonicalRange(canonical)).toBe(canonical)
  })

  it.each([
    '',
    '/',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.07',
    '0x7f.0.0.1',
    '2130706433',
    '192.0.2.0/33',
    '192.0.2.0/024',
    '192.0.2.0/-1',
    '192.0.2.0/',
    '192.0.2.0/24/24',
    '192.0.2.0 /24',
    '2001:db8::/129',
    '2001:db8::1::2',
    '2001:db8:::',
    'fe80::1%eth0',
    '[::1]',
    '::1]:80/',
    '::ffff:192.0.2.0/24',
    '1:2:3:4:5:6:7:8:9',
    'example.com',
  ])('%j is none', (text) => {
    expect(canonicalRange(text)).toBeUndefined()
  })
})

describe('an address', () => {
  it.each([
    ['192.0.2.7', ['192.0.2.0/24'], true],
    ['192.0.3.7', ['192.0.2.0/24'], false],
    ['192.0.3.7', ['192.0.2.0/24', '192.0.3.7/32'], true],
    ['::ffff:192.0.2.7', ['192.0.2.0/24'], true],
    ['2001:db8::1', ['2001:db8::/32'], true],
    ['2001:db9::1', ['2001:db8::/32'], false],
    ['2001:DB8:0:0:0:0:0:1', ['2001:db8::1/128'], true],
    ['203.0.113.7', ['0.0.0.0/0'], true],
    ['2001:db8::1', ['0.0.0.0/0'], false],
    ['192.0.2.7', ['::/0'], false],
    ['192.0.2.7', [], false],
    ['', ['0.0.0.0/0', '::/0'], false],
    ['192.0.2.7, 10.0.0.1', ['0.0.0.0/0', '::/0'], false],
    ['192.0.2.7/32', ['192.0.2.7/32'], false],
  ])('%j within %j: %s', (address, ranges, expected) => {
    expect(isWithin(address, ranges)).toBe(expected)
  })

  it('has one spelling', () => {
    expect(canonicalAddress('2001:0DB8:0:0::0001')).toBe('2001:db8::1')
    expect(canonicalAddress('::ffff:192.0.2.7')).toBe('192.0.2.7')
    expect(canonicalAddress('192.0.2.7/32')).toBeUndefined()
  })
})
