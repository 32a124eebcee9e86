import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { toCalendarFile } from '#web/card/calendar-file.ts'
import type { CalendarEvent } from '#web/card/calendar-file.ts'
import { hours, monday } from '../world.ts'

const event: CalendarEvent = {
  uid: 'booking-1@slotkeeper.example',
  version: 3,
  startAt: monday,
  endAt: monday + hours,
  changedAt: monday - hours,
  status: 'CONFIRMED',
  summary: 'Haircut',
  location: null,
  description: null,
  url: 'https://slotkeeper.example/card/3q2-7wAAq83vASNFZ4mrzQ',
}

/** As a calendar reads it: lines put together again, and a property's text as it was meant. */
function readBack(file: string): Map<string, string> {
  const lines = file.replaceAll('\r\n ', '').split('\r\n')
  return new Map(
    lines.filter(Boolean).map((line) => {
      const colon = line.indexOf(':')
      const text = line
        .slice(colon + 1)
        .replaceAll(/\\(.)/g, (_, mark: string) => (mark === 'n' ? '\n' : mark))
      return [line.slice(0, colon), text]
    }),
  )
}

describe('a calendar file', () => {
  it('is what RFC 5545 asks for', () => {
    expect(toCalendarFile(event)).toBe(
      [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Slotkeeper//Booking card//EN',
        'CALSCALE:GREGORIAN',
        'BEGIN:VEVENT',
        'UID:booking-1@slotkeeper.example',
        'SEQUENCE:3',
        'DTSTAMP:20310303T070000Z',
        'LAST-MODIFIED:20310303T070000Z',
        'DTSTART:20310303T080000Z',
        'DTEND:20310303T090000Z',
        'STATUS:CONFIRMED',
        'TRANSP:OPAQUE',
        'SUMMARY:Haircut',
        'URL:https://slotkeeper.example/card/3q2-7wAAq83vASNFZ4mrzQ',
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ].join('\r\n'),
    )
  })

  it('lets no text end its line or mean more than itself', () => {
    const summary = 'Cut; wash, dry\\blow\r\nBEGIN:VALARM\rEND:VEVENT\n\u0000'
    const file = toCalendarFile({ ...event, summary })
    expect(file).toContain(String.raw`SUMMARY:Cut\; wash\, dry\\blow\nBEGIN:VALARM\nEND:VEVENT\n`)
    expect(file.match(/^END:VEVENT/gm)).toHaveLength(1)
  })

  it('keeps whatever is written into it, in lines of 75 bytes at most', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        const said = text.replaceAll(/\p{Cc}/gu, '')
        const file = toCalendarFile({ ...event, summary: said, location: `${said}\n${said}` })
        for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
        expect(readBack(file).get('SUMMARY')).toBe(said)
        expect(readBack(file).get('LOCATION')).toBe(`${said}\n${said}`)
      }),
    )
  })
})
