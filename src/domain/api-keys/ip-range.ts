// IP addresses and CIDR ranges of both families, in one spelling each. An IPv4 address in IPv6 clothes is an IPv4 address.

interface Address {
  value: bigint
  bits: 32 | 128
}

/** A range in its canonical spelling (`192.0.2.0/24`, `2001:db8::/32`); a lone address is a range of one. Undefined for anything else. */
export function canonicalRange(text: string): string | undefined {
  const range = parseRange(text)
  return range && `${formatAddress(range.network)}/${range.length}`
}

/** The address in its canonical spelling; undefined for anything else. */
export function canonicalAddress(text: string): string | undefined {
  const address = parseAddress(text)
  return address && formatAddress(address)
}

/** Whether an address is within any of the ranges; what is no address is within none. */
export function isWithin(text: string, ranges: readonly string[]): boolean {
  const address = parseAddress(text)
  return (
    address !== undefined &&
    ranges.some((candidate) => {
      const range = parseRange(candidate)
      return (
        range?.network.bits === address.bits && networkOf(address, range.length).value === range.network.value
      )
    })
  )
}

function parseRange(text: string): { network: Address; length: number } | undefined {
  const [, host = '', digits] = /^([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? []
  const address = parseAddress(host)
  if (!address) return undefined
  // The prefix of an IPv4 address that was written as an IPv6 one counts from the front of those 128 bits.
  const written = host.includes(':') ? 128 : 32
  const length = (digits === undefined ? written : Number(digits)) - (written - address.bits)
  return length < 0 || length > address.bits ? undefined : { network: networkOf(address, length), length }
}

function networkOf({ value, bits }: Address, length: number): Address {
  const hostBits = BigInt(bits - length)
  return { value: (value >> hostBits) << hostBits, bits }
}

function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) return parseIpv4(text)
  // The URL parser knows every way to write one, and no zone.
  const host = /^[\da-f:.]{2,45}$/i.test(text) ? URL.parse(`http://[${text}]/`)?.hostname : undefined
  if (!host) return undefined
  const [head = [], tail = []] = host
    .slice(1, -1)
    .split('::')
    .map((side) => side.split(':').filter(Boolean))
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail]
  const value = groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n)
  return value >> 32n === 0xffffn ? { value: value & 0xffff_ffffn, bits: 32 } : { value, bits: 128 }
}

/** Four decimal numbers, without the leading zeros that some take for octal. */
function parseIpv4(text: string): Address | undefined {
  const bytes = text.split('.')
  const isDotted =
    bytes.length === 4 && bytes.every((byte) => /^(0|[1-9]\d{0,2})$/.test(byte) && Number(byte) < 256)
  return isDotted
    ? { value: bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n), bits: 32 }
    : undefined
}

function formatAddress({ value, bits }: Address): string {
  const part = (index: number, size: number) => (value >> BigInt(index * size)) & ((1n << BigInt(size)) - 1n)
  if (bits === 32) return [3, 2, 1, 0].map((index) => part(index, 8)).join('.')
  const groups = [7, 6, 5, 4, 3, 2, 1, 0].map((index) => part(index, 16).toString(16))
  return URL.parse(`http://[${groups.join(':')}]/`)?.hostname.slice(1, -1) ?? groups.join(':')
}
