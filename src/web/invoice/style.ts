// The style of a printed invoice. It is part of the page, which is kept as a file and printed far from here.
import { createHash } from 'node:crypto'

export const invoiceStyle = /* css */ `@page { size: A4; margin: 18mm 16mm; }
* { box-sizing: border-box; }
html { background: #fff; color: #1b1613; font: 10.5pt/1.45 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 190mm; padding: 8mm; overflow-wrap: anywhere; }
h1 { font-size: 18pt; line-height: 1.2; margin: 0 0 2mm; }
h2 { font-size: 9pt; margin: 0 0 1mm; text-transform: uppercase; letter-spacing: .05em; color: #5c5048; }
p { margin: 0; }
.lines { white-space: pre-line; }
.quiet { color: #5c5048; }
.facts, .parties { display: grid; grid-template-columns: repeat(auto-fit, minmax(36mm, 1fr)); gap: 4mm 8mm; margin: 6mm 0; }
.facts { border-block: 1px solid #cfc4b8; padding-block: 3mm; }
.name { font-weight: 600; }
table { width: 100%; border-collapse: collapse; margin: 6mm 0 0; }
th, td { padding: 1.6mm 2mm; text-align: end; vertical-align: top; border-bottom: 1px solid #e4dbd0; }
th:first-child, td:first-child, .text { text-align: start; }
th, td + td, th + td { overflow-wrap: normal; white-space: nowrap; }
thead th { font-size: 8.5pt; color: #5c5048; border-bottom: 1px solid #1b1613; }
td, tfoot th { font-variant-numeric: tabular-nums; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.sums { width: auto; margin-inline-start: auto; }
.due { font-size: 13pt; font-weight: 700; }
.signs { display: grid; grid-template-columns: 1fr 1fr; gap: 12mm; margin-top: 22mm; }
.signs p { border-top: 1px solid #1b1613; padding-top: 1mm; font-size: 9pt; }
@media print { body { padding: 0; max-width: none; } }
`

/** By which the page's policy knows its one style. */
export const invoiceStyleHash = `'sha256-${createHash('sha256').update(invoiceStyle).digest('base64')}'`
