import { en } from './en.ts'
import { fil } from './fil.ts'
import { is } from './is.ts'
import { ru } from './ru.ts'
import { sl } from './sl.ts'
import type { Words } from './words.ts'

const all = { en, fil, is, ru, sl } satisfies Record<string, Words>
export type Language = keyof typeof all

export const words: Readonly<Record<Language, Words>> = all

export function isLanguage(text: string): text is Language {
  return Object.hasOwn(words, text)
}
