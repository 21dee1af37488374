import type { Condition, GivenCondition } from '@contract/alert-conditions.ts'
import type { AlertType } from '@contract/alert-lists.ts'
import type { Repeat } from '@contract/alerts.ts'

/** What a form holds, by the name of its fields. */
type Values = { text: (name: string) => string; number: (name: string) => number }

export const readForm = (form: HTMLFormElement): Values => {
  const data = new FormData(form)
  const text = (name: string) => String(data.get(name) ?? '').trim()
  return { text, number: (name) => Number(text(name).replaceAll(',', '')) }
}

/** The condition that a form describes. The server checks it. */
export function toCondition(type: AlertType, { text, number }: Values, coin_id: number | null): GivenCondition {
  const body: Record<string, unknown> = { type, ...(coin_id === null ? {} : { coin_id }) }
  const add: Partial<Record<AlertType, object>> = {
    price: { direction: text('direction'), price_usd: number('price_usd') },
    change: { direction: text('change'), window: text('window'), percent: number('percent') },
    volume: { multiple: number('multiple') },
    moving_average: { days: number('days'), direction: text('side'), percent: number('percent') },
    rsi: { direction: text('side'), level: number('level') },
    portfolio: {
      portfolio_id: number('portfolio_id'),
      figure: text('figure'),
      direction: text('side'),
      usd: number('usd'),
    },
    job: { job_id: text('job_id') || null, problem: text('problem') },
    incident: { severity: text('severity') },
    data_age: { minutes: number('minutes') },
    feed: { source: text('source') || null },
  }
  return { ...body, ...add[type] } as GivenCondition
}

export function toRepeat({ text, number }: Values): Repeat {
  const type = text('repeat')
  if (type === 'cool_down') return { type, minutes: number('cool_down') }
  return type === 'rearm' ? { type, margin: text('margin') === '' ? 0 : number('margin') } : { type: 'once' }
}

/** The fields of a condition of this type; none of one of another type. */
export const fieldsOf = <T extends AlertType>(
  type: T,
  condition: Condition | null,
): Partial<Extract<Condition, { type: T }>> =>
  condition?.type === type ? (condition as Partial<Extract<Condition, { type: T }>>) : {}
