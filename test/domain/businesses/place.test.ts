import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { bandOf, cellsAround } from '#domain/businesses/place.ts'
import type { Point } from '#domain/businesses/place.ts'

const radians = (degrees: number) => (degrees * Math.PI) / 180

/** Where one arrives going `km` from a point in a direction (radians). */
function destination({ latitude, longitude }: Point, km: number, direction: number): Point {
  const [φ, λ, δ] = [radians(latitude), radians(longitude), km / 6371.0088]
  const sine = Math.sin(φ) * Math.cos(δ) + Math.cos(φ) * Math.sin(δ) * Math.cos(direction)
  const end = Math.asin(Math.max(-1, Math.min(1, sine)))
  const turn = Math.atan2(
    Math.sin(direction) * Math.sin(δ) * Math.cos(φ),
    Math.cos(δ) - Math.sin(φ) * Math.sin(end),
  )
  const east = ((λ + turn) * 180) / Math.PI
  return { latitude: (end * 180) / Math.PI, longitude: ((((east + 180) % 360) + 360) % 360) - 180 }
}

const point = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
})

it('finds every place of a circle in exactly one cell', () => {
  const radius = fc.double({ min: 0.1, max: 200, noNaN: true })
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const direction = fc.double({ min: 0, max: 2 * Math.PI, noNaN: true })
  fc.assert(
    fc.property(point, radius, share, direction, (center, radiusKm, part, where) => {
      const place = destination(center, radiusKm * part, where)
      const cells = cellsAround(center, radiusKm).filter(([band, west, east]) => {
        return band === bandOf(place.latitude) && west <= place.longitude && place.longitude < east
      })
      expect(cells).toHaveLength(1)
    }),
    { numRuns: 2000, seed: 20310303 },
  )
})

it('knows both names of the 180th meridian, and names no place twice', () => {
  for (const longitude of [180, -180, 179.9, -179.9]) {
    for (const name of [180, -180]) {
      const cells = cellsAround({ latitude: 0, longitude }, 25).filter(([band, west, east]) => {
        return band === 0 && west <= name && name < east
      })
      expect(cells).toHaveLength(1)
    }
  }
})

it('looks into the nearest cells first, whatever their direction', () => {
  const cells = cellsAround({ latitude: 52.52, longitude: 13.4 }, 25)
  expect(cells).toHaveLength(6 * 8)
  const middles = cells.map(([band, west, east]) => {
    return [band - 525, Math.round(((west + east) / 2 - 13.4) / (east - west) - 0.5)]
  })
  // A band is 11 km, a cell 6 km wide.
  expect(middles.slice(0, 6)).toEqual([
    [0, -1],
    [0, 0],
    [-1, -1],
    [-1, 0],
    [0, -2],
    [0, 1],
  ])
  expect(middles.at(-1)?.[0]).toBe(-3)
})
