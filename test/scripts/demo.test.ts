import { afterAll, expect, it } from 'vitest'
import { aCopy, endAll, start } from './started.ts'

afterAll(endAll)

it('the demo ends quietly when it is interrupted', { timeout: 180_000 }, async () => {
  const demo = start(await aCopy(), 'demo.ts')
  await demo.says(/Building/)
  demo.kill('SIGINT')
  expect(await demo.ended).toBe(130)
  expect(demo.lines.at(-1)).toBe('Interrupted. The service has been stopped and its data removed.')
  expect(demo.lines.join('\n')).not.toMatch(/last words|failed|Error/)
})
