// A command of the project, started in a copy of it that a test may change.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

const toEnd: (() => Promise<unknown>)[] = []

/** Ends what was started and removes what was copied. */
export async function endAll(): Promise<void> {
  for (const end of toEnd.splice(0).toReversed()) await end()
}

/** A folder with what a run needs. */
export async function aCopy(): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), 'slotkeeper-test-'))
  toEnd.push(() => rm(copy, { recursive: true, force: true }))
  for (const name of ['migrations', 'package.json', 'scripts', 'src', 'tsconfig.json', 'wrangler.toml']) {
    await cp(name, path.join(copy, name), { recursive: true })
  }
  await symlink(path.resolve('node_modules'), path.join(copy, 'node_modules'))
  return copy
}

interface Process {
  pid: number
  parent: number
  command: string
}

export interface Started {
  /** Every process under it. */
  processes(): Process[]
  /** All lines so far. */
  lines: string[]
  /** The first line that matches after those that were waited for already; throws when the command ends before. */
  says(pattern: RegExp): Promise<string>
  kill(signal: NodeJS.Signals): void
  /** Its exit code. */
  ended: Promise<number | null>
}

/** Starts `node scripts/<name>` in a copy of the project, on ports of its own. */
export function start(copy: string, script: string, env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [path.join('scripts', script)], {
    cwd: copy,
    env: { ...process.env, PORT: '0', INSPECTOR_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  let waiting: (() => void) | undefined
  let isOver = false
  const heard = () => waiting?.()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      lines.push(line)
      heard()
    })
  }
  const ended = once(child, 'close').then(([code]) => {
    isOver = true
    heard()
    return code as number | null
  })
  toEnd.push(() => {
    child.kill('SIGTERM')
    return ended
  })

  let next = 0
  return {
    lines,
    ended,
    processes: () => under(child.pid ?? 0, running()),
    kill: (signal) => void child.kill(signal),
    async says(pattern) {
      for (;;) {
        while (next < lines.length) {
          const line = lines[next++] ?? ''
          if (pattern.test(line)) return line
        }
        if (isOver) throw new Error(`${script} ended without saying ${pattern}:\n${lines.join('\n')}`)
        await new Promise<void>((resolve) => (waiting = resolve))
      }
    },
  }
}

/** All processes of this machine, but for those that have ended and only wait to be noticed. */
export function running(): Process[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,command='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state]) => !state?.startsWith('Z'))
    .map(([pid, parent, , ...command]) => {
      return { pid: Number(pid), parent: Number(parent), command: command.join(' ') }
    })
}

function under(parent: number, all: Process[]): Process[] {
  return all.filter((one) => one.parent === parent).flatMap((one) => [one, ...under(one.pid, all)])
}
