// How invoices are numbered: 1, 2, 3 … in each month of each type, printed in a form that the business chooses.

export const usualFormat = 'NUMBER/MM/YYYY'

/** Whether numbers in this form differ wherever series differ: it has the number, the month and the year, once each. */
export function isFormat(format: string): boolean {
  return ['NUMBER', 'MM', 'YYYY'].every((part) => format.split(part).length === 2)
}

export interface Numbering {
  format: string
  /** YYYY-MM */
  month: string
  extraChar: string | null
}

/** The number as it is printed, such as 15/10/2026, or 15/10/2026/A with an extra character. */
export function fullNumberOf({ format, month, extraChar }: Numbering, number: number | string): string {
  const [year = '', monthOfYear = ''] = month.split('-')
  const parts: Record<string, string> = { NUMBER: String(number), MM: monthOfYear, YYYY: year }
  const printed = format.replaceAll(/NUMBER|MM|YYYY/g, (part) => parts[part] ?? part)
  return extraChar ? `${printed}/${extraChar}` : printed
}

/** Whether a number that the business gives is one that the series will come to by itself. */
export function isOfSeries(fullNumber: string, numbering: Numbering): boolean {
  const [before = '', after = ''] = fullNumberOf(numbering, '\0').split('\0')
  const isFramed = fullNumber.startsWith(before) && fullNumber.endsWith(after)
  return isFramed && /^[1-9]\d*$/.test(fullNumber.slice(before.length, fullNumber.length - after.length))
}
