// Where a booking can be moved to: the free starts of the coming days, a button each.
import type { NewStarts } from '#domain/appointments/find-new-starts.ts'
import { clock, dayText, instantText, zoneText } from '#web/formats.ts'
import { Layout } from '#web/layout.tsx'
import type { Reader } from '#web/reader.ts'
import type { Setback } from '#web/words/words.ts'
import { nameOf } from './card.page.tsx'

export interface MovePageProps {
  reader: Reader
  found: NewStarts
  /** The card's own path. */
  path: string
  failed: Setback | undefined
}

export function MovePage({ reader, found, path, failed }: MovePageProps) {
  const { words } = reader
  const { card, days, fromOn, nextOn, todayOn } = found
  const { timeZone, startAt, version } = card.booking
  const time = clock(reader, timeZone)
  return (
    <Layout
      reader={reader}
      title={`${words.newTime} · ${nameOf(card, reader)} · ${card.business.name}`}
      brand={card.business.name}
    >
      {failed && (
        <p class="note bad" role="alert">
          {words.failed[failed]}
        </p>
      )}
      <section class="card">
        <h1>{words.newTime}</h1>
        <p>{words.movesAtOnce(instantText(reader, timeZone, startAt))}</p>
        {reader.timeZone !== timeZone && <p class="quiet">{zoneText(reader, timeZone, startAt)}</p>}
        {days.length === 0 && <p>{words.noTimes}</p>}
        <form class="days" method="post" action={`${path}/move`}>
          <input type="hidden" name="version" value={version} />
          {days.map(({ startsAt }) => (
            <fieldset>
              <legend>{dayText(reader, timeZone, startsAt[0] ?? startAt)}</legend>
              <div class="times">
                {startsAt.map((at) => (
                  <button class="button" name="start" value={at}>
                    {time(at)}
                  </button>
                ))}
              </div>
            </fieldset>
          ))}
        </form>
        <p class="pages">
          <a href={path}>{words.back}</a>
          {fromOn > todayOn && <a href={`${path}/move`}>{words.fromToday}</a>}
          {nextOn && <a href={`${path}/move?from=${nextOn}`}>{words.later}</a>}
        </p>
      </section>
    </Layout>
  )
}
