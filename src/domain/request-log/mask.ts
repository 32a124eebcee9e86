// What of a request may be kept. A text is shown only under a name that is known to be harmless; of everything else its
// kind, its type and roughly its length stay. Wherever it stands, what looks like a credential or an address is masked.

type Kind = 'secret' | 'personal' | 'hidden'

/** Names in any spelling: access_token, accessToken and Access-Token are the same one. */
const named = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
const words = (text: string) => new Set(text.split(/\s+/).map(named))

const secretNames =
  /password|passphrase|passwd|secret|token|authorization|apikey|credential|signature|cookie|otp$|^pin$|^key$|privatekey|cardnumber|cvc|cvv|iban/
const personalNames = words(`
  name firstName lastName middleName fullName displayName telephone fax
  street city region postalCode zip country location lat lng lon latitude longitude
  note notes comment description body text reason cancelReason website gender title
  customFields attachments recording q`)
const personalPart = /phone|mobile|mail|address|birth/
/** Where a text says what the service itself has a word for. */
const plainNames = words(`
  status paymentStatus type tokenType code source currency timeZone locale category confirmation role format trigger kind
  events scopes webhooks method route path errorCode order sort from to start end date weekday
  startTime endTime localStartTime at expiresIn page limit minRating radiusKm requestId
  createdAt updatedAt expiresAt revokedAt lastUsedAt nextAttemptAt`)
const errorNames = words('error message field')
/** Names that end like this hold ids and instants. */
const plainEnds = /(Id|Ids|At|On)$/
/** Long enough for them, too short for a story. */
const plainForm = /^[\w.:+,*/{}-]{0,64}$/

const credentials = new RegExp(
  [
    String.raw`[a-z]{2}_(?:live|test)_\w+`,
    String.raw`whsec_[\w+/=-]+`,
    String.raw`rt_[\w-]{32,}`,
    String.raw`eyJ[\w-]{8,}\.[\w.-]+`,
    String.raw`\b(?:bearer|basic)\s+[\w.~+/=-]{8,}`,
  ].join('|'),
  'gi',
)
const addresses = /[^\s@"'<>()[\]{},;:=?&/]+@[^\s@"'<>()[\]{},;:=?&/]+\.[\w-]{2,}/g

/** Deeper than any body of ours. */
const deepest = 32

export interface Masked<T> {
  value: T
  /** A hash of the original would let a short secret be guessed. */
  hadSecret: boolean
}

/** A text without what looks like a credential or an e-mail address. */
export function maskText(text: string): string {
  return text
    .replaceAll(credentials, (found) => maskOf('secret', found))
    .replaceAll(addresses, (found) => maskOf('personal', found))
}

/** A JSON value; `isError` says that it is an answer in which the service tells what went wrong. */
export function maskJson(json: unknown, { isError = false } = {}): Masked<unknown> {
  const shown = isError && isOurWording(json) ? new Set([...plainNames, ...errorNames]) : plainNames
  let hadSecret = false

  const leaf = (value: unknown, name: string, kind: Kind | undefined): unknown => {
    if (value === null) return null
    if (kind === 'secret') hadSecret = true
    if (kind) return maskOf(kind, value)
    if (typeof value !== 'string') return value
    const text = maskText(value)
    if (text !== value && text.includes('[secret')) hadSecret = true
    if (errorNames.has(named(name)) && shown.has(named(name))) return text
    const isPlain = (shown.has(named(name)) || plainEnds.test(name)) && plainForm.test(value)
    return isPlain ? text : maskOf('hidden', value)
  }

  const walk = (value: unknown, name: string, kind: Kind | undefined, depth: number): unknown => {
    if (typeof value !== 'object' || value === null) return leaf(value, name, kind)
    if (depth > deepest) return maskOf(kind ?? 'hidden', value)
    if (Array.isArray(value)) return value.map((entry) => walk(entry, name, kind, depth + 1))
    return Object.fromEntries(
      Object.entries(value).map(([key, entry], index) => {
        const isPlain = isPlainKey(key)
        if (!isPlain && maskText(key).includes('[secret')) hadSecret = true
        const masked = walk(entry, key, strictest(kind, kindOf(key)), depth + 1)
        return [isPlain ? key : `${maskOf('hidden', key)} ${index + 1}`, masked]
      }),
    )
  }
  return { value: walk(json, '', undefined, 0), hadSecret }
}

/** The parameters of a query, each as a field of its name. */
export function maskQuery(query: URLSearchParams): { name: string; value: string }[] {
  return [...query].map(([key, value]) => {
    const [[name, masked] = ['', '']] = Object.entries(maskJson({ [key]: value }).value as object)
    return { name, value: String(masked) }
  })
}

/**
 * A path, and the pattern that it matched: what stands in for a parameter is shown if it is an id, or the public name of a
 * business. Where nothing matched, only words are.
 */
export function maskPath(pathname: string, route: string | null): string {
  const pattern = route?.split('/')
  return pathname
    .split('/')
    .slice(0, 20)
    .map((raw, index) => {
      if (raw === '' || (pattern && pattern[index] === raw)) return raw
      const segment = decoded(raw)
      const isPlain = pattern?.[index]?.endsWith('Slug}')
        ? /^[a-z0-9][a-z0-9-]{0,80}$/.test(segment) && maskText(segment) === segment
        : isId(segment) || (!pattern && isPlainKey(segment))
      return isPlain ? segment : maskOf('hidden', segment)
    })
    .join('/')
}

const isId = (text: string) => /^\d{1,16}$|^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(text)

/** A word, perhaps with a small number; not what chance makes, and not what somebody has written. */
function isPlainKey(key: string): boolean {
  return key.length <= 40 && /^[A-Za-z]+(?:[_.-][A-Za-z]+)*\d{0,3}$/.test(key) && maskText(key) === key
}

function kindOf(name: string): Kind | undefined {
  const plain = named(name)
  if (plainNames.has(plain)) return undefined
  if (secretNames.test(plain)) return 'secret'
  return personalNames.has(plain) || personalPart.test(plain) ? 'personal' : undefined
}

function strictest(outer: Kind | undefined, inner: Kind | undefined): Kind | undefined {
  return outer === 'secret' || inner === 'secret' ? 'secret' : (outer ?? inner)
}

/** Whether the sentences of an error quote nothing: they name fields, and a field may be called anything. */
function isOurWording(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('errors' in error)) return true
  const { errors } = error
  return (
    Array.isArray(errors) &&
    errors.every(({ field }: { field?: unknown }) => {
      return (
        typeof field === 'string' &&
        field.split('.').every((part) => /^\d{0,4}$/.test(part) || isPlainKey(part))
      )
    })
  )
}

/** `[personal string 9-16]`: the kind of thing, its type, and between which powers of two its length is. */
function maskOf(kind: Kind, value: unknown): string {
  const type = Array.isArray(value) ? 'array' : typeof value
  if (typeof value !== 'string') return `[${kind} ${type}]`
  const upTo = 2 ** Math.ceil(Math.log2(Math.max(value.length, 4)))
  const from = upTo <= 4 ? 0 : upTo / 2 + 1
  return `[${kind} ${type} ${from}-${upTo}]`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
