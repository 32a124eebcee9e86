// How things are found by words: what is written down is broken into words, and each word of a search begins one of them.

const mostWords = 48
const mostSearched = 5
const longestWord = 40

/** Nothing but digits and what stands between them: a number that everybody writes differently. */
const numberPattern = /^[\s\d+()./-]*\d[\s\d+()./-]*$/
const edges = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu
const notDigits = /\D/g

/** The words of texts, each once: as they stand between spaces, what they are made of, and all of a number's digits. */
export function wordsOf(texts: readonly (string | null | undefined)[]): string[] {
  const words = texts.flatMap((text) => {
    if (!text) return []
    const pieces = piecesOf(text)
    const halves = pieces.flatMap((piece) => piece.split('@'))
    const parts = pieces.flatMap((piece) => piece.split(/[^\p{L}\p{N}]+/u))
    return [...pieces, ...halves, ...parts, ...(/\d/.test(text) ? [text.replaceAll(notDigits, '')] : [])]
  })
  return unique(words).slice(0, mostWords)
}

/** The words of a phone number: with and without what may be the code of a country, and its last four digits. */
export function wordsOfPhone(phone: string | null | undefined): string[] {
  const digits = phone?.replaceAll(notDigits, '') ?? ''
  return digits === '' ? [] : unique([0, 1, 2, 3, -4].map((from) => digits.slice(from)))
}

/** What words of all that is found begin with, the longest first, which is the rarest; none when nothing is looked for. */
export function searchedWords(search: string): string[] {
  const words = numberPattern.test(search) ? [search.replaceAll(notDigits, '')] : piecesOf(search)
  return unique(words)
    .slice(0, mostSearched)
    .toSorted((one, other) => other.length - one.length)
}

function piecesOf(text: string): string[] {
  return folded(text)
    .split(/\s+/)
    .map((piece) => piece.replaceAll(edges, ''))
}

/** Without accents, in small letters. */
function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words.map((word) => word.slice(0, longestWord)))].filter((word) => word !== '')
}
