import { parseAsIsoDate, parseAsString, parseAsStringLiteral } from 'nuqs/server'

const kinds = ['simple', 'log'] as const
const metrics = ['volatility', 'correlation', 'beta'] as const
export type Metric = (typeof metrics)[number]
const windows = ['14', '30', '60', '90'] as const

/** The URL state of the panels with their own window. `from`, `to`: null for the period of the page. */
export const windowParsers = {
  from: parseAsIsoDate,
  to: parseAsIsoDate,
  benchmark: parseAsString.withDefault('bitcoin'),
  returns: parseAsStringLiteral(kinds).withDefault('simple'),
  coin: parseAsString.withDefault('ethereum'),
  versus: parseAsString.withDefault('bitcoin'),
  window: parseAsStringLiteral(windows).withDefault('30'),
  metric: parseAsStringLiteral(metrics).withDefault('correlation'),
}

export const windowOptions = windows.map((value) => ({ value, label: `${value}d`, title: `${value} daily returns` }))

export const metricOptions = [
  { value: 'correlation', label: 'Correlation' },
  { value: 'beta', label: 'Beta' },
  { value: 'volatility', label: 'Volatility' },
] as const satisfies readonly { value: Metric; label: string }[]
