// What opens a booking's card. It is kept as it is, for every answer shows the card's address again; and whoever could
// read it where it is kept would have all there that the card shows.
import { Buffer } from 'node:buffer'

const form = /^[\w-]{22}$/

/** 128 random bits. */
export function newCardToken(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url')
}

/** Whether the text could be one of ours: what could not is refused without a look into storage. */
export function isCardToken(text: string): boolean {
  return form.test(text)
}

interface Carded {
  cardToken: string
}

/** Where a booking's card is; `origin` is where the service is reached. */
export function cardUrlOf({ cardToken }: Carded, origin: string): string {
  return `${origin}/card/${cardToken}`
}

/** Where the card says what is to be paid, until when and how. */
export function paymentUrlOf(booking: Carded, origin: string): string {
  return `${cardUrlOf(booking, origin)}/pay`
}
