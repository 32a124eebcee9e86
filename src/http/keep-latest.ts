/** Keeps a value in a map of at most so many entries, the latest last: over that, the one that was kept first goes. */
export function keepLatest<Key, Value>(kept: Map<Key, Value>, key: Key, value: Value, most: number): void {
  kept.delete(key)
  kept.set(key, value)
  const [first] = kept.keys()
  if (kept.size > most && first !== undefined) kept.delete(first)
}
