// A booking as its customer sees it, with what can be done now.
import type { Child } from 'hono/jsx'
import type { BookingStatus } from '#domain/bookings/booking-status.ts'
import type { Card } from '#domain/bookings/get-card.ts'
import { countryText, dayText, instantText, moneyText, spanText, zoneText } from '#web/formats.ts'
import { Layout } from '#web/layout.tsx'
import type { Reader } from '#web/reader.ts'
import type { Deed, Setback } from '#web/words/words.ts'

export interface CardPageProps {
  reader: Reader
  card: Card
  /** The card's own path. */
  path: string
  /** What has just been done, or not. */
  news: { done: Deed } | { failed: Setback } | undefined
}

type Mood = 'good' | 'open' | 'over'

/** Whether all is well, something is awaited, or it is over. */
export const moods: Record<BookingStatus, Mood> = {
  held: 'open',
  pending: 'open',
  awaiting_payment: 'open',
  confirmed: 'good',
  rescheduling: 'open',
  checked_in: 'good',
  completed: 'over',
  cancelled: 'over',
  declined: 'over',
  expired: 'over',
  no_show: 'over',
}

export function CardPage({ reader, card, path, news }: CardPageProps) {
  const { words } = reader
  const title = `${words.status[card.status]} · ${nameOf(card, reader)}`
  return (
    <Layout reader={reader} title={`${title} · ${card.business.name}`} brand={card.business.name}>
      <News reader={reader} card={card} news={news} />
      <Booking reader={reader} card={card} />
      <Actions reader={reader} card={card} path={path} />
      <Payment reader={reader} card={card} />
      <Contact reader={reader} card={card} />
    </Layout>
  )
}

interface Part {
  reader: Reader
  card: Card
}

function News({ reader: { words }, card: { status }, news }: Part & Pick<CardPageProps, 'news'>) {
  if (!news) return null
  if ('failed' in news) {
    return (
      <p class="note bad" role="alert">
        {words.failed[news.failed]}
      </p>
    )
  }
  // An address that was kept says what was done once; what came after it is what counts.
  if ((news.done === 'cancelled') !== (status === 'cancelled')) return null
  return (
    <p class="note good" role="status">
      {words.done[news.done]}
    </p>
  )
}

function Booking({ reader, card }: Part) {
  const { words } = reader
  const { booking, status, amounts } = card
  const { timeZone, startAt, endAt, currency } = booking
  const money = (minor: number) => moneyText(reader, minor, currency)
  const isElsewhere = reader.timeZone !== timeZone
  const address = addressOf(card, reader)
  const place = [placeOf(card), address].filter(Boolean).join('\n')
  const isRefunded = booking.paymentStatus === 'refunded'
  return (
    <section class="card">
      <p class={`status ${moods[status]}`}>{words.status[status]}</p>
      <h1>{nameOf(card, reader)}</h1>
      <p class="when">
        <time datetime={new Date(startAt).toISOString()}>
          {dayText(reader, timeZone, startAt)}
          <br />
          <strong>{spanText(reader, timeZone, startAt, endAt)}</strong>
        </time>
        {isElsewhere && <span class="quiet">{zoneText(reader, timeZone, startAt)}</span>}
      </p>
      {booking.expiresAt !== null && status === 'held' && (
        <p>{words.keptUntil(instantText(reader, timeZone, booking.expiresAt))}</p>
      )}
      <dl>
        {booking.resourceName !== null && <Fact label={labelOf(card, reader)}>{booking.resourceName}</Fact>}
        {place !== '' && (
          <Fact label={words.where}>
            <span class="lines">{place}</span>
            {address && (
              <>
                {' '}
                <a href={mapOf(address)} rel="noreferrer noopener">
                  {words.map}
                </a>
              </>
            )}
          </Fact>
        )}
        {booking.customerName && <Fact label={words.for}>{booking.customerName}</Fact>}
        {booking.priceMinor > 0 && <Fact label={words.price}>{money(booking.priceMinor)}</Fact>}
        {booking.discountMinor > 0 && <Fact label={words.discount}>{money(-booking.discountMinor)}</Fact>}
        {amounts.paidMinor > 0 && (
          <Fact label={isRefunded ? words.refunded : words.paid}>{money(amounts.paidMinor)}</Fact>
        )}
        {isToBePaid(card) && (
          <Fact label={words.due}>
            <span class="total">{money(amounts.dueMinor)}</span>
          </Fact>
        )}
        {booking.notes && (
          <Fact label={words.notes}>
            <span class="lines">{booking.notes}</span>
          </Fact>
        )}
      </dl>
    </section>
  )
}

function Fact({ label, children }: { label: string; children: Child }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Actions({ reader, card, path }: Part & { path: string }) {
  const { words } = reader
  const { booking, status, mayMove, mayCancel, undo } = card
  const isOver = moods[status] === 'over'
  if (isOver && !undo) return null
  const at = (instant: number) => instantText(reader, booking.timeZone, instant)
  return (
    <section class="card" aria-labelledby="actions">
      <h2 id="actions">{words.actions}</h2>
      {undo && <p>{words.undoUntil(at(undo.untilAt))}</p>}
      {mayMove && mayCancel && <p class="quiet">{words.changeUntil(at(card.lastChangeAt))}</p>}
      {!isOver && !mayCancel && <p>{words.tooLate}</p>}
      <div class="actions">
        {undo && <Do action={`${path}/undo`} label={words.undo} version={booking.version} isMain />}
        {!isOver && status !== 'held' && (
          <a class="button main" href={`${path}/booking.ics`}>
            {words.calendar}
          </a>
        )}
        {mayMove && (
          <a class="button" href={`${path}/move`}>
            {words.move}
          </a>
        )}
        {mayCancel && <Do action={`${path}/cancel`} label={words.cancel} version={booking.version} />}
      </div>
    </section>
  )
}

interface DoProps {
  action: string
  label: string
  /** The version that the reader has before their eyes. */
  version: number
  isMain?: boolean
}

function Do({ action, label, version, isMain = false }: DoProps) {
  return (
    <form method="post" action={action}>
      <input type="hidden" name="version" value={version} />
      <button class={isMain ? 'button main' : 'button'}>{label}</button>
    </form>
  )
}

/** How much, until when, and to whom. */
function Payment({ reader, card }: Part) {
  if (!isToBePaid(card)) return null
  const { words } = reader
  const { booking, amounts } = card
  const { advance, dueMinor } = amounts
  const money = (minor: number) => moneyText(reader, minor, booking.currency)
  return (
    <section class="card" id="pay" aria-labelledby="payment">
      <h2 id="payment">{words.payment}</h2>
      <p>
        {words.due}: <span class="total">{money(dueMinor)}</span>
      </p>
      {advance && (
        <p>{words.advance(money(advance.minor), instantText(reader, booking.timeZone, advance.dueAt))}</p>
      )}
      <p class="quiet">{words.howToPay}</p>
    </section>
  )
}

function Contact({ reader: { words }, card: { business } }: Part) {
  const { phone, email, website } = business
  if (!phone && !email && !website) return null
  return (
    <section class="card" aria-labelledby="contact">
      <h2 id="contact">{words.contact}</h2>
      <ul>
        {phone && (
          <li>
            <a href={`tel:${phone.replaceAll(/[^+\d]/g, '')}`}>{phone}</a>
          </li>
        )}
        {email && (
          <li>
            <a href={`mailto:${email}`}>{email}</a>
          </li>
        )}
        {website && /^https?:/i.test(website) && (
          <li>
            <a href={website} rel="noreferrer noopener">
              {words.website}
            </a>
          </li>
        )}
      </ul>
    </section>
  )
}

function isToBePaid({ amounts, status }: Card): boolean {
  const isCalledOff = status === 'cancelled' || status === 'declined' || status === 'expired'
  return amounts.dueMinor > 0 && !isCalledOff
}

/** What stands before the name of whoever has it, or of the room that it is in. */
export function labelOf({ booking }: Card, { words }: Reader): string {
  return booking.resourceKind === 'room' ? words.room : words.with
}

export function nameOf({ booking }: Card, { words }: Pick<Reader, 'words'>): string {
  return booking.serviceName ?? words.booking
}

/** The branch, where its name says more than the business's. */
export function placeOf({ booking: { branchName }, business }: Card): string | null {
  return branchName === business.name ? null : branchName
}

/** Lines of the address; null where it is not known. */
export function addressOf({ business: { address } }: Card, reader: Pick<Reader, 'locale'>): string | null {
  if (!address) return null
  const { street, city, region, postalCode, country } = address
  const town = [postalCode, city].filter(Boolean).join(' ')
  const lines = [street, town, region, country && countryText(reader, country)].filter(Boolean)
  return lines.length === 0 ? null : lines.join('\n')
}

function mapOf(address: string): string {
  return `https://www.openstreetmap.org/search?query=${encodeURIComponent(address.replaceAll('\n', ', '))}`
}
