import type { CoinOhlcv } from '../../../../contract/charts.ts'
import { intervalMs } from '../../../../contract/intervals.ts'
import type { Mode } from '../../../../contract/units.ts'

type Sourced = Pick<CoinOhlcv, 'source' | 'market' | 'continued_at' | 'interval' | 'candles'>

/** The name of an exchange by its id in ccxt. */
const toExchangeName = (id: string): string => id.replace(/^./, (letter) => letter.toUpperCase())

const isLong = ({ interval }: Sourced): boolean => intervalMs[interval] >= intervalMs['1d']

/** Where candles of our own come from. */
function toOwnName(ohlcv: Sourced, mode: Mode | undefined): string {
  if (isLong(ohlcv)) return mode === 'demo' ? 'Market simulator' : 'CoinGecko'
  return 'Stream and snapshots'
}

/** The market of an exchange that candles are of; null: of none. */
export const toMarketName = ({ source, market }: Sourced, mode: Mode | undefined): string | null =>
  market === null ? null : `${mode === 'demo' ? 'Simulated ' : ''}${toExchangeName(source)} ${market}`

/** When the candles of the exchange end, in ms since 1970; null: there are none of an exchange. */
export function findExchangeEnd({ market, continued_at, candles, interval }: Sourced): number | null {
  const last = candles.at(-1)
  if (market === null || last === undefined) return null
  return continued_at === null ? Date.parse(last.timestamp) + intervalMs[interval] : Date.parse(continued_at)
}

/** The source of the candle that opens at an instant (ms since 1970). */
export function toSourceName(ohlcv: Sourced, time: number, mode: Mode | undefined): string {
  const end = findExchangeEnd(ohlcv)
  const market = toMarketName(ohlcv, mode)
  return market !== null && end !== null && time < end ? market : toOwnName(ohlcv, mode)
}
