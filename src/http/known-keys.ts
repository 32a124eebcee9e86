// API keys that storage confirmed lately. They tell for whom to count a request while storage is asked about its key
// again; they grant nothing.

export interface KnownKey {
  keyId: number
  businessId: number
}

export interface KnownKeys {
  find(keyHash: string, now: number): KnownKey | undefined
  remember(keyHash: string, key: KnownKey, now: number): void
  forget(keyHash: string): void
}

const knownForMs = 15 * 60_000
const mostKnown = 10_000

export function createKnownKeys(): KnownKeys {
  /** The longest known first. */
  const known = new Map<string, KnownKey & { until: number }>()
  return {
    find(keyHash, now) {
      const found = known.get(keyHash)
      return found && now < found.until ? found : undefined
    },
    remember(keyHash, { keyId, businessId }, now) {
      known.delete(keyHash)
      known.set(keyHash, { keyId, businessId, until: now + knownForMs })
      const [longest] = known.keys()
      if (known.size > mostKnown && longest !== undefined) known.delete(longest)
    },
    forget: (keyHash) => void known.delete(keyHash),
  }
}
