// The name of a business in an address: ASCII, lower case, never mistaken for an id or for a path of ours.
const withoutDecomposition: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
}
const reserved = new Set(['', 'my-businesses'])
const letters = '0123456789abcdefghjkmnpqrstvwxyz'

/** The slug of a name as the first to come gets it; undefined when the name alone does not make one. */
export function slugOf(name: string): string | undefined {
  const slug = fold(name)
  return reserved.has(slug) || /^\d+$/.test(slug) ? undefined : slug
}

/** A slug of the name that hardly anybody else has: `studio-7k2mx`. */
export function randomSlugOf(name: string): string {
  const suffix = [...crypto.getRandomValues(new Uint8Array(5))].map((byte) => letters[byte % letters.length])
  return `${fold(name) || 'business'}-${suffix.join('')}`
}

function fold(name: string): string {
  return name
    .toLowerCase()
    .replace(/[ßæœøđðłþı]/g, (letter) => withoutDecomposition[letter] ?? '')
    .normalize('NFKD')
    .replace(/[\p{M}'’]/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-|-$/g, '')
}
