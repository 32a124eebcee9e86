// What an invoice comes to. Prices are with tax; each line is rounded once, and all sums are made of rounded lines.

/** Words for why a line has no tax: it is exempt, not taxed here, or taxed by whoever buys. */
export const untaxed = ['zw', 'np', 'oo'] as const

export interface Line {
  /** Minor units, with tax. */
  unitPriceMinor: number
  quantityThousandths: number
  /** Percent of tax as a decimal of at most two places, or a word for why there is none. */
  rate: string
}

export interface Amounts {
  netMinor: number
  vatMinor: number
  grossMinor: number
}

export interface Totals extends Amounts {
  /** By rate, in the order in which they first stand on the invoice. */
  rates: (Amounts & { rate: string })[]
}

/** A line with tax, rounded to whole minor units, halves away from zero. */
export function grossOf({ unitPriceMinor, quantityThousandths }: Omit<Line, 'rate'>): number {
  return Number(rounded(BigInt(unitPriceMinor) * BigInt(quantityThousandths), 1000n))
}

/** A line as it is printed, with the tax that is in it. */
export function amountsOfLine(line: Line): Amounts {
  return partsOf(grossOf(line), line.rate)
}

/** The tax of each rate is reckoned once, from the sum of its lines: so it is exact whatever the lines are. */
export function totalsOf(lines: readonly Line[]): Totals {
  const byRate = Map.groupBy(lines, ({ rate }) => rate)
  const rates = [...byRate].map(([rate, ofRate]) => ({ rate, ...partsOf(sumOf(ofRate.map(grossOf)), rate) }))
  return {
    netMinor: sumOf(rates.map(({ netMinor }) => netMinor)),
    vatMinor: sumOf(rates.map(({ vatMinor }) => vatMinor)),
    grossMinor: sumOf(rates.map(({ grossMinor }) => grossMinor)),
    rates,
  }
}

function partsOf(grossMinor: number, rate: string): Amounts {
  const percent = BigInt(hundredthsOf(rate))
  const netMinor = Number(rounded(BigInt(grossMinor) * 10_000n, 10_000n + percent))
  return { netMinor, vatMinor: grossMinor - netMinor, grossMinor }
}

/** Hundredths of a percent; none where a word says why. */
function hundredthsOf(rate: string): number {
  const [, whole, fraction = ''] = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(rate) ?? []
  return whole === undefined ? 0 : Number(whole + fraction.padEnd(2, '0'))
}

/** Halves go away from zero, so that what is given back is what was asked for. */
function rounded(dividend: bigint, divisor: bigint): bigint {
  const [sign, size] = dividend < 0n ? [-1n, -dividend] : [1n, dividend]
  return (sign * (2n * size + divisor)) / (2n * divisor)
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0)
}
