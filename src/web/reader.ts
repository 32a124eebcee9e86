// Who reads a page: in which language, with which manners of writing times and money, and in which zone they are.
import { accepts } from 'hono/accepts'
import type { Context } from 'hono'
import type { Hallway } from '#http/hallway.ts'
import { isLanguage, words } from './words/languages.ts'
import type { Language } from './words/languages.ts'
import type { Words } from './words/words.ts'

export interface Reader {
  language: Language
  words: Words
  /** The language with the reader's region, as far as it is said: for the formats of times and money. */
  locale: string
  /** Where the network sees them; undefined where it does not tell. */
  timeZone: string | undefined
}

/** Languages that are called something else as well. */
const otherNames: Readonly<Record<string, Language>> = { tl: 'fil' }
const fallback = 'en'

export function readerOf(c: Context<Hallway>): Reader {
  const locale = accepts(c, {
    header: 'Accept-Language',
    supports: Object.keys(words),
    default: fallback,
    match: (wanted, { default: otherwise }) => {
      const inTurn = wanted.filter(({ q }) => q > 0).toSorted((one, other) => other.q - one.q)
      return inTurn.map(({ type }) => localeOf(type)).find((found) => found !== undefined) ?? otherwise
    },
  })
  const language = languageOf(locale) ?? fallback
  return { language, words: words[language], locale, timeZone: zoneOf(c.req.raw) }
}

/** Who reads what a business in a country (ISO 3166-1) has written: in the language that most there speak, if it is one of ours. */
export function readerIn(country: string | null): Pick<Reader, 'language' | 'words' | 'locale'> {
  const spoken = country === null ? undefined : new Intl.Locale(`und-${country}`).maximize().language
  const language = spoken === undefined ? undefined : languageOf(spoken)
  if (!language) return { language: fallback, words: words[fallback], locale: fallback }
  return { language, words: words[language], locale: `${language}-${country}` }
}

/** A language of ours, with its region if one is named. */
function localeOf(tag: string): string | undefined {
  const [, name = '', region = ''] = /^([a-z]{2,3})\b(?:.*?-([a-z]{2})(?![a-z]))?/i.exec(tag) ?? []
  const language = languageOf(name.toLowerCase())
  if (!language) return undefined
  return region === '' ? language : `${language}-${region.toUpperCase()}`
}

function languageOf(locale: string): Language | undefined {
  const [name = ''] = locale.split('-')
  return isLanguage(name) ? name : otherNames[name]
}

function zoneOf(request: Request): string | undefined {
  const zone = request.cf?.['timezone']
  return typeof zone === 'string' ? zone : undefined
}
