// A booking for a calendar: iCalendar, RFC 5545. Times are in UTC, which every calendar shows on its owner's clock.
import { Buffer } from 'node:buffer'

export interface CalendarEvent {
  /** The same for every version of one booking, and for no other's. */
  uid: string
  /** Which version it is: a calendar takes the higher one. */
  version: number
  startAt: number
  endAt: number
  changedAt: number
  /** tentative while it waits for somebody. */
  status: 'CONFIRMED' | 'TENTATIVE' | 'CANCELLED'
  summary: string
  location: string | null
  description: string | null
  url: string
}

export function toCalendarFile(event: CalendarEvent): string {
  const { location, description } = event
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Slotkeeper//Booking card//EN',
    'CALSCALE:GREGORIAN',
    'BEGIN:VEVENT',
    `UID:${event.uid}`,
    `SEQUENCE:${event.version}`,
    `DTSTAMP:${utc(event.changedAt)}`,
    `LAST-MODIFIED:${utc(event.changedAt)}`,
    `DTSTART:${utc(event.startAt)}`,
    `DTEND:${utc(event.endAt)}`,
    `STATUS:${event.status}`,
    `TRANSP:${event.status === 'CANCELLED' ? 'TRANSPARENT' : 'OPAQUE'}`,
    `SUMMARY:${escaped(event.summary)}`,
    ...(location === null ? [] : [`LOCATION:${escaped(location)}`]),
    ...(description === null ? [] : [`DESCRIPTION:${escaped(description)}`]),
    `URL:${event.url}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

/** 20310303T090000Z */
function utc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}

/** A text in which nothing ends the line or means more than itself. */
function escaped(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\\;,]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll(/\p{Cc}/gu, '')
}

const longestLine = 75

/** No line is longer than 75 bytes; one that goes on begins with a space. No character is torn. */
function folded(line: string): string {
  let text = ''
  let length = 0
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (length + size > longestLine) {
      text += '\r\n '
      length = 1
    }
    text += character
    length += size
  }
  return text
}
