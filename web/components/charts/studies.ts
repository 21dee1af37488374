import type { Bar, Slot } from './bars.ts'
import { atr, bollinger, ema, macd, obv, rsi, sma, type Values, vwap } from './indicators.ts'

type Parameter = { name: string; initial: number; min: number; max: number }
type Color = 'series-1' | 'series-2' | 'series-3' | 'series-4' | 'muted'
type Output = { name: string; values: Values; color: Color; isHistogram?: true }

type Kind = {
  label: string
  /** What it shows, for people. */
  about: string
  parameters: readonly Parameter[]
  /** In a pane of its own, else on the price. */
  hasPane: boolean
  needsVolume?: true
  /** What its values measure. */
  unit: 'price' | 'index' | 'volume'
  /** Levels drawn in its pane. */
  levels?: readonly number[]
  /** Candles before the first value, for given parameters, until smoothing has forgotten its start. */
  warmup: (parameters: readonly number[]) => number
  compute: (bars: readonly Bar[], parameters: readonly number[]) => Output[]
}

const period = (initial: number): Parameter => ({ name: 'Period', initial, min: 2, max: 200 })
const closes = (bars: readonly Bar[]): number[] => bars.map(({ close }) => close)
/** After so many periods the start of an exponential average weighs less than 0.1 %. */
const settle = 4
const first = (parameters: readonly number[]): number => parameters[0] ?? 1

/** The indicators, by the id that the URL names. */
export const studyKinds = {
  sma: {
    label: 'SMA',
    about: 'Simple moving average of the closes',
    parameters: [period(20)],
    hasPane: false,
    unit: 'price',
    warmup: first,
    compute: (bars, [length = 20]) => [{ name: 'SMA', values: sma(closes(bars), length), color: 'series-1' }],
  },
  ema: {
    label: 'EMA',
    about: 'Exponential moving average of the closes',
    parameters: [period(20)],
    hasPane: false,
    unit: 'price',
    warmup: (parameters) => settle * first(parameters),
    compute: (bars, [length = 20]) => [{ name: 'EMA', values: ema(closes(bars), length), color: 'series-2' }],
  },
  bb: {
    label: 'BB',
    about: 'Bollinger bands: SMA of the closes, and standard deviations around it',
    parameters: [period(20), { name: 'Deviations', initial: 2, min: 1, max: 10 }],
    hasPane: false,
    unit: 'price',
    warmup: first,
    compute: (bars, [length = 20, width = 2]) => {
      const { upper, middle, lower } = bollinger(closes(bars), length, width)
      return [
        { name: 'Upper', values: upper, color: 'series-3' },
        { name: 'Middle', values: middle, color: 'muted' },
        { name: 'Lower', values: lower, color: 'series-3' },
      ]
    },
  },
  vwap: {
    label: 'VWAP',
    about: 'Volume-weighted average of the typical price',
    parameters: [period(30)],
    hasPane: false,
    needsVolume: true,
    unit: 'price',
    warmup: first,
    compute: (bars, [length = 30]) => [{ name: 'VWAP', values: vwap(bars, length), color: 'series-4' }],
  },
  rsi: {
    label: 'RSI',
    about: "Relative strength index with Wilder's smoothing",
    parameters: [period(14)],
    hasPane: true,
    unit: 'index',
    levels: [30, 70],
    warmup: (parameters) => 2 * settle * first(parameters),
    compute: (bars, [length = 14]) => [{ name: 'RSI', values: rsi(closes(bars), length), color: 'series-2' }],
  },
  macd: {
    label: 'MACD',
    about: 'Fast EMA minus slow EMA of the closes, with its signal',
    parameters: [
      { ...period(12), name: 'Fast' },
      { ...period(26), name: 'Slow' },
      { ...period(9), name: 'Signal' },
    ],
    hasPane: true,
    unit: 'price',
    levels: [0],
    warmup: ([, slow = 26, signal = 9]) => settle * (slow + signal),
    compute: (bars, [fast = 12, slow = 26, length = 9]) => {
      const { macd: line, signal, histogram } = macd(closes(bars), { fast, slow, signal: length })
      return [
        { name: 'Histogram', values: histogram, color: 'muted', isHistogram: true },
        { name: 'MACD', values: line, color: 'series-2' },
        { name: 'Signal', values: signal, color: 'series-1' },
      ]
    },
  },
  atr: {
    label: 'ATR',
    about: "Average true range with Wilder's smoothing",
    parameters: [period(14)],
    hasPane: true,
    unit: 'price',
    warmup: (parameters) => 2 * settle * first(parameters),
    compute: (bars, [length = 14]) => [{ name: 'ATR', values: atr(bars, length), color: 'series-3' }],
  },
  obv: {
    label: 'OBV',
    about: 'On-balance volume, from the first candle that is loaded',
    parameters: [],
    hasPane: true,
    needsVolume: true,
    unit: 'volume',
    warmup: () => 0,
    compute: (bars) => [{ name: 'OBV', values: obv(bars), color: 'series-4' }],
  },
} as const satisfies Record<string, Kind>

export type StudyId = keyof typeof studyKinds
export const studyIds = Object.keys(studyKinds) as StudyId[]

/** A chosen indicator with its parameters. */
export type StudyChoice = { id: StudyId; parameters: number[] }

export const getStudyKind = (id: StudyId): Kind => studyKinds[id]

export const toStudy = (id: StudyId): StudyChoice => ({
  id,
  parameters: getStudyKind(id).parameters.map(({ initial }) => initial),
})

/** `EMA 50`, `MACD 12 26 9`. */
export const nameStudy = ({ id, parameters }: StudyChoice): string => [getStudyKind(id).label, ...parameters].join(' ')

export const maxStudies = 8

/** A parameter within its limits; its initial value for what is no number. */
export function toParameter({ initial, min, max }: Parameter, text: string): number {
  const value = Number(text)
  return text.trim() === '' || !Number.isFinite(value) ? initial : Math.round(Math.min(max, Math.max(min, value)))
}

/** `ema-50,macd-12-26-9` as indicators; unknown ones are left out, parameters kept within their limits. */
export function parseStudies(text: string): StudyChoice[] {
  const choices = text.split(',').flatMap((part) => {
    const [name = '', ...values] = part.split('-')
    const id = studyIds.find((each) => each === name)
    if (id === undefined) return []
    const parameters = getStudyKind(id).parameters.map((parameter, index) =>
      toParameter(parameter, values[index] ?? ''),
    )
    return [{ id, parameters }]
  })
  return choices.slice(0, maxStudies)
}

export const formatStudies = (studies: readonly StudyChoice[]): string =>
  studies.map(({ id, parameters }) => [id, ...parameters].join('-')).join(',')

/** Candles before the range that the indicators need. */
export const toWarmup = (studies: readonly StudyChoice[]): number =>
  Math.max(0, ...studies.map(({ id, parameters }) => getStudyKind(id).warmup(parameters)))

/** A computed indicator: one value per slot, null in a gap. */
export type Study = Pick<Kind, 'hasPane' | 'unit' | 'levels'> & { name: string; outputs: Output[] }

/** The values of the indicators, computed over the candles; gaps are skipped, as if the candles were adjacent. */
export function computeStudies(slots: readonly Slot[], choices: readonly StudyChoice[]): Study[] {
  if (choices.length === 0) return []
  const bars: Bar[] = []
  const indexes: number[] = []
  for (const [index, { bar }] of slots.entries()) {
    if (bar === null) continue
    bars.push(bar)
    indexes.push(index)
  }
  const spread = (values: Values): Values => {
    if (bars.length === slots.length) return values
    const all = new Array<number | null>(slots.length).fill(null)
    for (const [at, index] of indexes.entries()) all[index] = values[at] ?? null
    return all
  }
  return choices.map((choice) => {
    const { hasPane, unit, levels = [], compute } = getStudyKind(choice.id)
    const outputs = compute(bars, choice.parameters)
    const spreadOut = outputs.map((output) => ({ ...output, values: spread(output.values) }))
    return { name: nameStudy(choice), hasPane, unit, levels, outputs: spreadOut }
  })
}
