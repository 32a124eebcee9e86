// JSON in texts.

/** What this service itself wrote as JSON, as what it was written from. */
export function parseOwn<T>(json: string): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whoever asks knows what was written there
  return JSON.parse(json) as T
}

/** What anybody may have sent; undefined when it is no JSON. */
export function parseIfJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
