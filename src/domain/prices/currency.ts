// Amounts in major units of a currency, for dialects that count in them. Storage has minor units.

/** How many decimals a currency has. */
export function digitsOf(currency: string): number {
  const known = digits.get(currency)
  if (known !== undefined) return known
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions()
  digits.set(currency, maximumFractionDigits)
  return maximumFractionDigits
}
const digits = new Map<string, number>()

/** Whether it is the code of a currency, as ISO 4217 has them. */
export function isCurrency(code: string): boolean {
  return currencies.has(code)
}
const currencies = new Set(Intl.supportedValuesOf('currency'))

/** 1500.5 roubles are 150050 kopecks. Rounds to whole minor units. */
export function toMinor(amount: number, currency: string): number {
  return Math.round(amount * 10 ** digitsOf(currency))
}

export function toMajor(amountMinor: number, currency: string): number {
  return amountMinor / 10 ** digitsOf(currency)
}
