// An invoice as it is printed, in the language of the business.
import type { Child } from 'hono/jsx'
import type { InvoiceDocument } from '#domain/invoices/get-invoice-document.ts'
import type { InvoiceItem, Party } from '#domain/invoices/invoice.ts'
import { amountsOfLine, untaxed } from '#domain/invoices/totals.ts'
import type { Amounts } from '#domain/invoices/totals.ts'
import type { Page } from '#http/pages.ts'
import { dateText, moneyText } from '#web/formats.ts'
import { htmlOf, paperHeaders } from '#web/page.ts'
import { readerIn } from '#web/reader.ts'
import { invoiceStyle, invoiceStyleHash } from './style.ts'

type InvoiceReader = ReturnType<typeof readerIn>

export function invoicePage(document: InvoiceDocument): Page {
  const { fullNumber } = document.invoice
  return {
    headers: {
      ...paperHeaders,
      'Content-Security-Policy': `default-src 'none'; style-src ${invoiceStyleHash}; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`,
      'Content-Disposition': `inline; filename="${fullNumber.replaceAll(/[^\w-]+/g, '-')}.html"`,
    },
    body: htmlOf(<InvoicePaper reader={readerIn(document.country)} document={document} />),
  }
}

interface Part {
  reader: InvoiceReader
  document: InvoiceDocument
}

function InvoicePaper({ reader, document }: Part) {
  const { invoice, corrected } = document
  const { invoice: words } = reader.words
  const title = `${words.type[invoice.type]} ${invoice.fullNumber}`
  return (
    <html lang={reader.locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <title>{title}</title>
        <style dangerouslySetInnerHTML={{ __html: invoiceStyle }} />
      </head>
      <body>
        <h1>{title}</h1>
        {corrected && <p>{words.corrects(corrected.fullNumber, dateText(reader, corrected.issuedOn))}</p>}
        <Facts reader={reader} document={document} />
        <div class="parties">
          <Who reader={reader} label={words.seller} party={invoice.seller} />
          <Who reader={reader} label={words.buyer} party={invoice.buyer} />
          {invoice.receiver && <Who reader={reader} label={words.receiver} party={invoice.receiver} />}
        </div>
        <Items reader={reader} document={document} />
        <Sums reader={reader} document={document} />
        <Notes reader={reader} document={document} />
      </body>
    </html>
  )
}

function Facts({ reader, document: { invoice } }: Part) {
  const { invoice: words } = reader.words
  const { payment, paymentStatus } = invoice
  const paid = [payment !== 'none' && words.payment[payment], words.paymentStatus[paymentStatus]].filter(
    Boolean,
  )
  const issued = [invoice.town, dateText(reader, invoice.issuedOn)].filter(Boolean).join(', ')
  return (
    <section class="facts">
      <Fact label={words.issued}>{issued}</Fact>
      <Fact label={words.sold}>{dateText(reader, invoice.soldOn)}</Fact>
      <Fact label={words.paymentDate}>{dateText(reader, invoice.paymentOn)}</Fact>
      <Fact label={words.paidBy}>{paid.join(' · ')}</Fact>
    </section>
  )
}

function Fact({ label, children }: { label: string; children: Child }) {
  return (
    <div>
      <h2>{label}</h2>
      <p>{children}</p>
    </div>
  )
}

function Who({ reader, label, party }: { reader: InvoiceReader; label: string; party: Party }) {
  const { invoice: words } = reader.words
  return (
    <section>
      <h2>{label}</h2>
      <p class="name">{party.name}</p>
      {party.address && <p class="lines">{party.address}</p>}
      {party.taxId && (
        <p>
          {words.taxId}: {party.taxId}
        </p>
      )}
      {party.bankNumber && (
        <p>
          {words.account}: {party.bankNumber}
        </p>
      )}
    </section>
  )
}

function Items({ reader, document: { invoice } }: Part) {
  const { invoice: words } = reader.words
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words.item}</th>
          <th scope="col">{words.quantity}</th>
          <th scope="col">{words.unitPrice}</th>
          <th scope="col">{words.rate}</th>
          <th scope="col">{words.gross}</th>
        </tr>
      </thead>
      <tbody>
        {invoice.items.map((item) => (
          <tr>
            <td>
              {item.name}
              {item.symbol && <span class="quiet"> · {item.symbol}</span>}
            </td>
            <td>{quantityText(reader, item)}</td>
            <td>{moneyText(reader, item.unitPriceMinor, invoice.currency)}</td>
            <td>{rateText(reader, item.rate)}</td>
            <td>{moneyText(reader, amountsOfLine(item).grossMinor, invoice.currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What it comes to, by rate and together, and what is left to be paid. */
function Sums({ reader, document: { invoice, totals, prepayment, dueMinor } }: Part) {
  const { invoice: words } = reader.words
  const money = (minor: number) => moneyText(reader, minor, invoice.currency)
  const settled = {
    unpaid: { label: words.due, minor: dueMinor },
    // How much of it was paid nobody says.
    partially_paid: undefined,
    paid: { label: words.paymentStatus.paid, minor: totals.grossMinor },
  }[invoice.paymentStatus]
  const cells = ({ netMinor, vatMinor, grossMinor }: Amounts) =>
    [netMinor, vatMinor, grossMinor].map((minor) => <td>{money(minor)}</td>)
  return (
    <table class="sums">
      <thead>
        <tr>
          <th scope="col">{words.rate}</th>
          <th scope="col">{words.net}</th>
          <th scope="col">{words.tax}</th>
          <th scope="col">{words.gross}</th>
        </tr>
      </thead>
      <tbody>
        {totals.rates.map((each) => (
          <tr>
            <th scope="row">{rateText(reader, each.rate)}</th>
            {cells(each)}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{words.total}</th>
          {cells(totals)}
        </tr>
        {prepayment && (
          <tr>
            <th scope="row" colspan={3}>
              {words.prepaid(prepayment.fullNumber)}
            </th>
            <td>{money(-prepayment.grossMinor)}</td>
          </tr>
        )}
        {settled && (
          <tr class="due">
            <th scope="row" colspan={3}>
              {settled.label}
            </th>
            <td>{money(settled.minor)}</td>
          </tr>
        )}
      </tfoot>
    </table>
  )
}

function Notes({ reader, document: { invoice } }: Part) {
  const { invoice: words } = reader.words
  const { additionalInfo, goodsCodes, issuedBy, collectedBy } = invoice
  return (
    <>
      {(additionalInfo || goodsCodes.length > 0) && (
        <section class="parties">
          {additionalInfo && (
            <Fact label={words.notes}>
              <span class="lines">{additionalInfo}</span>
            </Fact>
          )}
          {goodsCodes.length > 0 && <Fact label={words.goodsCodes}>{goodsCodes.join(', ')}</Fact>}
        </section>
      )}
      <section class="signs">
        <p>{[words.issuedBy, issuedBy].filter(Boolean).join(': ')}</p>
        <p>{[words.collectedBy, collectedBy].filter(Boolean).join(': ')}</p>
      </section>
    </>
  )
}

function quantityText({ locale }: InvoiceReader, { quantityThousandths, unit }: InvoiceItem): string {
  const quantity = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }).format(
    quantityThousandths / 1000,
  )
  return [quantity, unit].filter(Boolean).join(' ')
}

function rateText({ locale, words }: InvoiceReader, rate: string): string {
  const word = untaxed.find((each) => each === rate)
  if (word) return words.invoice.untaxed[word]
  const percent = { style: 'percent', maximumFractionDigits: 2 } as const
  return new Intl.NumberFormat(locale, percent).format(Number(rate) / 100)
}
