// Objects are named by the hour of their writing, so that the oldest come first.
const prefix = 'requests/'

export const recordsPrefix = prefix

/** requests/YYYY/MM/DD/HH/<name>.jsonl.gz, in UTC. Nothing refuses a name that is taken, so it is one that nobody else has. */
export function objectKeyAt(at: number, name: string = crypto.randomUUID()): string {
  return `${prefix}${hourOf(at)}/${name}.jsonl.gz`
}

/** Whether all that an object holds was written before an instant. */
export function isWrittenBefore(objectKey: string, at: number): boolean {
  return objectKey.slice(0, prefix.length + hourLength) < `${prefix}${hourOf(at)}`
}

const hourLength = 'YYYY/MM/DD/HH'.length

function hourOf(at: number): string {
  return new Date(at).toISOString().slice(0, hourLength).replaceAll(/[-T]/g, '/')
}
