import { Database, StorageError } from '#db/database.ts'
import type { LogStorage } from '#domain/request-log/log-storage.ts'

export function logStorage({ LOGS, LOG_BODIES }: Cloudflare.Env): LogStorage {
  const database = () => new Database(LOGS, 'first-unconstrained')
  return {
    read: (batch) => database().read(batch),
    commit: (batch) => database().commit(batch),
    records: {
      put: async (key, bytes) => void (await reachStorage(LOG_BODIES.put(key, bytes))),
      get: async (key, range) => {
        const object = await reachStorage(LOG_BODIES.get(key, { range }))
        return object ? new Uint8Array(await reachStorage(object.arrayBuffer())) : undefined
      },
      list: async (prefix, limit) => {
        const { objects } = await reachStorage(LOG_BODIES.list({ prefix, limit }))
        return objects.map(({ key }) => key)
      },
      delete: (keys) => reachStorage(LOG_BODIES.delete(keys)),
    },
  }
}

async function reachStorage<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new StorageError('objects are not available', { cause: error })
  }
}
