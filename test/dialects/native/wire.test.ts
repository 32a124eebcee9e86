// What may be written into names and texts.
import { expect, it } from 'vitest'
import { name, optionalText, text } from '#dialects/native/wire.ts'
import { aPerson, call, setClock } from '../../world.ts'

it('takes names as people write them', () => {
  const persian = 'می\u200cخواهم'
  const names = ['Ada', 'Ünal & Söhne', '李小龍', persian, '👩\u200d🔧', "O'Neill", '3', '½', 'ﬁ', 'René']
  for (const one of names) expect(name(200).parse(one)).toBe(one)
})

it('keeps texts composed, so that what looks the same is the same', () => {
  expect(name(4).parse('Rene\u0301')).toBe('Ren\u00e9')
  expect(text(9).parse(' A\u030a\n')).toBe('\u00c5')
})

it.each([
  ['\u200b\u200d', 'must have a visible character'],
  ['\u3164', 'must have a visible character'],
  ['\u2800', 'must have a visible character'],
  ['\u0301', 'must have a visible character'],
  ['Ada\u202eecilA', 'must not have control or formatting characters'],
  ['Ada\u2066', 'must not have control or formatting characters'],
  ['Ada\nLovelace', 'must not have control or formatting characters'],
  ['Ada\u0007', 'must not have control or formatting characters'],
  ['Ada\u2028Lovelace', 'must not have control or formatting characters'],
  ['Ada\ufeffLovelace', 'must not have control or formatting characters'],
  ['Ada\ud800', 'must be well-formed Unicode'],
  ['Ada\0', 'must be well-formed Unicode'],
])('takes no name that is %j', (given, message) => {
  const { error } = name(200).safeParse(given)
  expect(error?.issues.map((issue) => issue.message)).toContain(message)
})

it('takes lines and right-to-left writing in texts, and no half characters', () => {
  const given = 'One\nשתיים \u202aTwo\u202c\tThree'
  expect(optionalText(100).parse(given)).toBe(given)
  for (const half of ['\ud800', 'x\udc00', 'a\0b'])
    expect(optionalText(100).safeParse(half).success).toBe(false)
})

it('says so in the words of the field', async () => {
  setClock()
  const { token } = await aPerson()
  const body = { firstName: 'Ada\u202e', lastName: '\u200b' }
  const answer = await call('PATCH', '/api/users/profile', { token, body })
  expect([answer.status, answer.body.errors]).toEqual([
    422,
    [
      { field: 'firstName', message: 'First name must not have control or formatting characters' },
      { field: 'lastName', message: 'Last name must have a visible character' },
      { field: 'lastName', message: 'Last name must not have control or formatting characters' },
    ],
  ])
})
