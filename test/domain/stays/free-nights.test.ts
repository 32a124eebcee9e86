import { describe, expect, it } from 'vitest'
import { freeNights, nightsBetween } from '#domain/stays/free-nights.ts'
import { hours } from '../../world.ts'

const at = (text: string) => Date.parse(text)
const taken = (from: string, to: string) => ({ resourceId: 1, blockedFromAt: at(from), blockedToAt: at(to) })
const nights = nightsBetween('Europe/Berlin', '2031-03-28', '2031-04-01')

describe('nights', () => {
  it('are from one midnight of their place to the next, however long that is', () => {
    expect(nights.map(({ on, fromAt, toAt }) => [on, (toAt - fromAt) / hours])).toEqual([
      ['2031-03-28', 24],
      ['2031-03-29', 24],
      ['2031-03-30', 23],
      ['2031-03-31', 24],
      ['2031-04-01', 24],
    ])
    expect(nights[0]!.fromAt).toBe(at('2031-03-28T00:00:00+01:00'))
    expect(nights[3]!.fromAt).toBe(at('2031-03-31T00:00:00+02:00'))
  })

  it.each([
    ['nothing', [], [true, true, true, true, true]],
    [
      'a stay of two',
      [taken('2031-03-29T00:00:00+01:00', '2031-03-31T00:00:00+02:00')],
      [true, false, false, true, true],
    ],
    [
      'two that meet, told in the wrong order',
      [
        taken('2031-03-30T00:00:00+01:00', '2031-03-31T00:00:00+02:00'),
        taken('2031-03-28T00:00:00+01:00', '2031-03-30T00:00:00+01:00'),
      ],
      [false, false, false, true, true],
    ],
    [
      'what began long before and lasts',
      [taken('2031-01-01T00:00:00Z', '2031-06-01T00:00:00Z')],
      [false, false, false, false, false],
    ],
    [
      'a long one and a short one within it',
      [
        taken('2031-03-28T00:00:00+01:00', '2031-03-31T00:00:00+02:00'),
        taken('2031-03-29T10:00:00+01:00', '2031-03-29T11:00:00+01:00'),
      ],
      [false, false, false, true, true],
    ],
    [
      'an hour of a day',
      [taken('2031-03-29T10:00:00+01:00', '2031-03-29T11:00:00+01:00')],
      [true, false, true, true, true],
    ],
  ])('beside %s are as free as they are', (_, list, expected) => {
    expect(freeNights(nights, list)).toEqual(expected)
  })
})
