// Where a business is, and where to look for those nearby.
const EARTH_RADIUS_KM = 6371.0088

/** Degrees: north and east are positive. */
export interface Point {
  latitude: number
  longitude: number
}

/** A part of one band of latitude, between two meridians (degrees, both included). */
export type Cell = readonly [band: number, west: number, east: number]

/** The city folded for comparison. */
export function cityKeyOf(city: string): string {
  return city.trim().normalize('NFKC').toLowerCase()
}

/** Tenths of a degree of latitude, rounded down: some 11 km each. */
export function bandOf(latitude: number): number {
  return Math.floor(latitude * 10)
}

/** The cells that a circle may touch, none twice, the nearest bands first. Right at the poles and across the 180th meridian. */
export function cellsAround({ latitude, longitude }: Point, radiusKm: number): Cell[] {
  const reach = radiusKm / EARTH_RADIUS_KM
  // Rounding must not lose what lies on the rim.
  const height = degrees(reach) + 1e-6
  const ranges = around(longitude, widthOf(latitude, height, reach))
  const cells: Cell[] = []
  for (let band = bandOf(latitude - height); band <= bandOf(latitude + height); band++) {
    for (const [west, east] of ranges) cells.push([band, west, east])
  }
  const distance = ([band]: Cell) => Math.abs(band - bandOf(latitude))
  return cells.sort((one, other) => distance(one) - distance(other))
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
