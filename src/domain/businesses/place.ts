// Where a business is, and where to look for those nearby.
const EARTH_RADIUS_KM = 6371.0088

/** Degrees: north and east are positive. */
export interface Point {
  latitude: number
  longitude: number
}

/** A part of one band of latitude, between two meridians (degrees), the eastern one not included. */
export type Cell = readonly [band: number, west: number, east: number]

/** The city folded for comparison. */
export function cityKeyOf(city: string): string {
  return city.trim().normalize('NFKC').toLowerCase()
}

/** Tenths of a degree of latitude, rounded down: some 11 km each. */
export function bandOf(latitude: number): number {
  return Math.floor(latitude * 10)
}

/** Into how many cells a circle's band is cut, so that the nearest can be looked at first. */
const cellsPerBand = 8

/** The cells that a circle may touch, no place in two of them, the nearest first. Right at the poles and across the 180th meridian. */
export function cellsAround({ latitude, longitude }: Point, radiusKm: number): Cell[] {
  const reach = radiusKm / EARTH_RADIUS_KM
  // Rounding must not lose what lies on the rim.
  const height = degrees(reach) + 1e-6
  const width = widthOf(latitude, height, reach)
  const ranges = around(longitude, width).flatMap((range) => pieces(range, (2 * width) / cellsPerBand))
  const cells: Cell[] = []
  for (let band = bandOf(latitude - height); band <= bandOf(latitude + height); band++) {
    for (const [west, east] of ranges) cells.push([band, west, east])
  }
  const shrink = Math.cos((latitude * Math.PI) / 180)
  const distance = ([band, west, east]: Cell) => {
    const sideways = [longitude - 360, longitude, longitude + 360].map((one) => outside(one, west, east))
    return Math.hypot(outside(latitude, band / 10, (band + 1) / 10), Math.min(...sideways) * shrink)
  }
  return cells
    .map((cell) => ({ cell, away: distance(cell) }))
    .sort((one, other) => one.away - other.away)
    .map(({ cell }) => cell)
}

/** A range in pieces of about this width; the last one includes its end. */
function pieces([west, east]: readonly [number, number], width: number): [number, number][] {
  const count = Math.max(1, Math.round((east - west) / width))
  const border = (index: number) => (index === count ? east + 1e-9 : west + ((east - west) * index) / count)
  return Array.from({ length: count }, (_, index) => [border(index), border(index + 1)])
}

/** How far a number is from a range; 0 inside. */
function outside(value: number, from: number, to: number): number {
  return Math.max(0, from - value, value - to)
}

/** How far a circle reaches to the east and to the west: a circle around a pole goes all the way. */
function widthOf(latitude: number, height: number, reach: number): number {
  if (Math.abs(latitude) + height >= 90) return 180
  return degrees(Math.asin(Math.sin(reach) / Math.cos((latitude * Math.PI) / 180))) + 1e-6
}

function around(longitude: number, width: number): [number, number][] {
  const [west, east] = [longitude - width, longitude + width]
  if (width >= 180) return [[-180, 180]]
  if (west < -180)
    return [
      [-180, east],
      [west + 360, 180],
    ]
  if (east > 180)
    return [
      [west, 180],
      [-180, east - 360],
    ]
  // The 180th meridian has two names.
  if (west === -180)
    return [
      [-180, east],
      [180, 180],
    ]
  if (east === 180)
    return [
      [west, 180],
      [-180, -180],
    ]
  return [[west, east]]
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI
}
