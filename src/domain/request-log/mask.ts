// Whose request it is may see all of it, but for credentials. What a schema vouches for has them where it says; what
// nobody vouches for is shown only if nothing in it looks like one.
//
// Whatever anybody sends comes through here, so every pattern is linear: a try that fails has looked a bounded way ahead.
import { parseIfJson } from '#domain/json.ts'

/** The names that lead to a field; null stands for every entry of a list or a record. */
export type FieldPath = readonly (string | null)[]

const mask = '[secret]'

const keysAndSecrets =
  String.raw`[a-z]{2}_(?:live|test)_\w{8,}|rt_[\w-]{40,}|whsec_[\w+/=-]{8,}` +
  String.raw`|\d{1,16}\|[0-9A-Za-z]{40}|(?<=\/card\/)[\w-]{22}`
/**
 * Patterns of certain credentials: an API key, a refresh token, a webhook's secret, an access token, a booking's card, a
 * JSON web token.
 */
const credentials = new RegExp(
  String.raw`${keysAndSecrets}|(?<=eyJ[\w-]{8,100})\.eyJ[\w-]+(?:\.[\w-]*)?`,
  'g',
)
const marksOfThem = ['_live_', '_test_', 'rt_', 'whsec_', '|', '/card/', '.eyJ']
/** Patterns of possible credentials, for texts that no schema describes. */
const suspects = new RegExp(
  String.raw`${keysAndSecrets}|eyJ[\w.-]{8,}|(?:bearer|basic)[\s:]{1,8}[\w.~+/=-]{6,}`,
  'gi',
)
const suspect = new RegExp(suspects.source, 'i')
/** Escaping plain letters serves only to hide them. */
const disguise = /\\u00[2-7]/i

const tellingWords = /passw|passphrase|passcode|secret|token|apikey|authoriz/
const tellingNames = new RegExp(
  String.raw`${tellingWords.source}|credential|signature|cookie|session|bearer|privatekey|cardnumber` +
    String.raw`|^(?:key|auth|jwt|pwd|cvc|cvv|iban|ssn)$|^otp|otp$|^(?:my|new|old|card|user)?pin(?:code)?$`,
)
/** access_token, accessToken and Access-Token are the same one. */
const spelled = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** A word or some, perhaps with a small number: not what chance makes, and nothing that a credential is called. */
function isPlainName(name: string): boolean {
  const isWord = name.length <= 64 && /^[A-Za-z]+(?:[_.-][A-Za-z]+)*\d{0,3}$/.test(name)
  return isWord && !tellingNames.test(spelled(name))
}

/** A text that a schema vouches for: only what is certainly a credential is masked, wherever it stands. */
export function maskCredentials(text: string): string {
  const isPossible = marksOfThem.some((part) => text.includes(part))
  return isPossible ? text.replaceAll(credentials, mask) : text
}

/** A text that may be anything, without what looks like a credential. */
export function maskSuspects(text: string): string {
  return text.replaceAll(suspects, mask)
}

/** A body without what stands at these places; undefined when it is not JSON, so that nobody can tell where they are. */
export function maskAt(body: string, paths: readonly FieldPath[]): string | undefined {
  const json = parseIfJson(body)
  return json === undefined ? undefined : JSON.stringify(paths.reduce(maskedAt, json))
}

function maskedAt(value: unknown, [name, ...rest]: FieldPath): unknown {
  if (name === undefined) return value === null ? null : mask
  if (!isObject(value)) return value
  for (const key of name === null ? Object.keys(value) : [name]) {
    if (Object.hasOwn(value, key)) value[key] = maskedAt(value[key], rest)
  }
  return value
}

/** Whether a body that no schema vouches for may hold a credential: it looks like one, is called like one, or has no plain name. */
export function isSuspicious(body: string): boolean {
  if (suspect.test(body) || disguise.test(body)) return true
  if (tellingWords.test(body.toLowerCase().replaceAll(/[_-]/g, ''))) return true
  const json = parseIfJson(body)
  if (json !== undefined) return !hasPlainNames(json)
  // Not JSON: names cannot be told from values.
  const isOurs = body.trimStart().startsWith('{') && /^[\s!-~]*$/.test(body)
  return !isOurs || body.split(/[^\w-]+/).some((word) => tellingNames.test(spelled(word)))
}

/** Whether all of a value stands under plain names. */
function hasPlainNames(json: unknown): boolean {
  if (!isObject(json) || Array.isArray(json)) return false
  const unseen = [json]
  for (let value = unseen.pop(); value; value = unseen.pop()) {
    if (!Array.isArray(value) && !Object.keys(value).every(isPlainName)) return false
    unseen.push(...Object.values(value).filter(isObject))
  }
  return true
}

export interface Parameter {
  name: string
  value: string
}

/** A parameter that a schema vouches for. */
export function maskVouched({ name, value }: Parameter, secrets: readonly FieldPath[]): Parameter {
  return { name, value: secrets.some(([secret]) => secret === name) ? mask : maskCredentials(value) }
}

/** A parameter that may be anything, without what may be a credential. */
export function maskParameter({ name, value }: Parameter): Parameter {
  if (!isPlainName(name)) return { name: mask, value: mask }
  return { name, value: suspect.test(value) ? mask : value }
}

/** A path, if it is made of plain words and ids; else the pattern that it matched, if any. */
export function maskPath(pathname: string, route: string | null): string {
  const isPlain = /^[\w/.~-]{1,512}$/.test(pathname) && !suspect.test(pathname)
  return isPlain ? pathname : (route ?? mask)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
