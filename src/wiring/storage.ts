import { Database, StorageError } from '#db/database.ts'
import type { LogStorage } from '#domain/request-log/log-storage.ts'

export function logStorage({ LOGS, LOG_BODIES }: Cloudflare.Env): LogStorage {
  const database = () => new Database(LOGS, 'first-unconstrained')
  return {
    read: (batch) => database().read(batch),
    commit: (batch) => database().commit(batch),
    records: {
      put: async (key, bytes) => void (await stored(LOG_BODIES.put(key, bytes))),
      get: async (key, range) => {
        const object = await stored(LOG_BODIES.get(key, { range }))
        return object ? new Uint8Array(await stored(object.arrayBuffer())) : undefined
      },
      list: async (prefix, limit) => {
        const { objects } = await stored(LOG_BODIES.list({ prefix, limit }))
        return objects.map(({ key }) => key)
      },
      delete: (keys) => stored(LOG_BODIES.delete(keys)),
    },
  }
}

async function stored<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new StorageError('objects are not available', { cause: error })
  }
}
