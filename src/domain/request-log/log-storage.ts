import type { Database } from '#db/database.ts'

/** Where requests are logged: storage of its own, so that logs never compete with bookings. */
export interface LogStorage {
  /** The index. */
  read: Database['read']
  commit: Database['commit']
  records: {
    put(key: string, bytes: Uint8Array): Promise<void>
    /** Undefined when the object is gone. */
    get(key: string, part: { offset: number; length: number }): Promise<Uint8Array<ArrayBuffer> | undefined>
    /** The first keys that begin like this, in their order. */
    list(prefix: string, limit: number): Promise<string[]>
    delete(keys: string[]): Promise<void>
  }
}
