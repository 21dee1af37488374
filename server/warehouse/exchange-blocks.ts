import { sql } from 'kysely'
import { type ExchangeCandle, type ExchangeInterval, exchangeGrids } from '../exchange-candles.ts'
import type { Db } from './db.ts'

/** `usd_rate`: US dollars per unit of the quote currency; null: unknown. */
export type RatedCandle = ExchangeCandle & { usd_rate: number | null }

/** The candles of one market and interval. */
export type Series = { coin_id: number; market_id: number; interval: ExchangeInterval }

const columns = ['open', 'high', 'low', 'close', 'base_volume', 'quote_volume', 'usd_rate'] as const
type Column = (typeof columns)[number]
const singles: readonly Column[] = ['base_volume', 'quote_volume', 'usd_rate']
type Block = Record<Column, (number | null)[]> & { block_at: string }

/** The stored candles of blocks, by opening time. Volumes and rates are in single precision. */
async function readBlocks(
  tx: Db,
  { coin_id, market_id, interval }: Series,
  blocks: number[],
): Promise<Map<number, RatedCandle>> {
  const { rows } = await sql<Block>`
    select block_at, open, high, low, close, base_volume, quote_volume, usd_rate from fact_exchange_ohlcv f
    where f.coin_id = ${coin_id} and f.market_id = ${market_id} and f.interval = ${interval}
      and f.block_at = any(${blocks.map((at) => new Date(at))}::timestamptz[])`.execute(tx)
  return new Map(rows.flatMap((block) => toCandles(block, interval).map((candle) => [candle.at, candle] as const)))
}

function toCandles(block: Block, interval: ExchangeInterval): RatedCandle[] {
  const start = Date.parse(block.block_at)
  return block.open.flatMap((open, slot) => {
    const [high, low, close, base_volume] = [
      block.high[slot],
      block.low[slot],
      block.close[slot],
      block.base_volume[slot],
    ]
    if (open == null || high == null || low == null || close == null || base_volume == null) return []
    const [quote_volume, usd_rate] = [block.quote_volume[slot] ?? null, block.usd_rate[slot] ?? null]
    return [
      {
        at: start + slot * exchangeGrids[interval].widthMs,
        open,
        high,
        low,
        close,
        base_volume,
        quote_volume,
        usd_rate,
      },
    ]
  })
}

const toSingle = (value: number | null): number | null => (value === null ? null : Math.fround(value))
const toStored = (candle: RatedCandle): RatedCandle => ({
  ...candle,
  base_volume: Math.fround(candle.base_volume),
  quote_volume: toSingle(candle.quote_volume),
  usd_rate: toSingle(candle.usd_rate),
})

const isEqual = (a: RatedCandle, b: RatedCandle): boolean =>
  columns.every((name) => (singles.includes(name) ? toSingle(a[name]) === toSingle(b[name]) : a[name] === b[name]))

/**
 * Writes candles of a market: a revised candle replaces the stored one, whose rate stays while the new one is unknown.
 * Returns how many are new or changed.
 */
export async function writeExchangeCandles(tx: Db, series: Series, candles: readonly RatedCandle[]): Promise<number> {
  const { toBlock } = exchangeGrids[series.interval]
  const blocks = [...new Set(candles.map(({ at }) => toBlock(at)))]
  if (blocks.length === 0) return 0
  const stored = await readBlocks(tx, series, blocks)
  const merged = new Map(stored)
  const changed = new Set<number>()
  let written = 0
  for (const candle of candles) {
    const known = stored.get(candle.at)
    const next = toStored({ ...candle, usd_rate: candle.usd_rate ?? known?.usd_rate ?? null })
    if (known !== undefined && isEqual(known, next)) continue
    merged.set(candle.at, next)
    changed.add(toBlock(candle.at))
    written += 1
  }
  await writeBlocks(tx, series, { candles: merged, blocks: [...changed] })
  return written
}

const toArray = (values: (number | null)[]): string => `{${values.map((value) => value ?? 'NULL').join(',')}}`

async function writeBlocks(
  tx: Db,
  { coin_id, market_id, interval }: Series,
  { candles, blocks }: { candles: ReadonlyMap<number, RatedCandle>; blocks: number[] },
): Promise<void> {
  if (blocks.length === 0) return
  const { widthMs, toBlock } = exchangeGrids[interval]
  const known = [...candles.values()]
  const rows = blocks.map((block) => {
    const own = known.filter(({ at }) => toBlock(at) === block)
    const length = Math.max(...own.map(({ at }) => (at - block) / widthMs)) + 1
    const toColumn = (name: Column): string =>
      toArray(Array.from({ length }, (_, slot) => candles.get(block + slot * widthMs)?.[name] ?? null))
    const unconverted = own.filter(({ usd_rate }) => usd_rate === null).length
    return { block: new Date(block).toISOString(), unconverted, ...mapColumns(toColumn) }
  })
  const column = (name: Column) => rows.map((row) => row[name])
  await sql`
    insert into fact_exchange_ohlcv (coin_id, market_id, interval, block_at, unconverted, open, high, low, close, base_volume,
      quote_volume, usd_rate)
    select ${coin_id}::int, ${market_id}::int, ${interval}::text, b.block_at, b.unconverted, b.open::float8[], b.high::float8[],
      b.low::float8[], b.close::float8[], b.base_volume::real[], b.quote_volume::real[], b.usd_rate::real[]
    from unnest(${rows.map(({ block }) => block)}::timestamptz[], ${rows.map((row) => row.unconverted)}::int[],
      ${column('open')}::text[], ${column('high')}::text[], ${column('low')}::text[], ${column('close')}::text[],
      ${column('base_volume')}::text[], ${column('quote_volume')}::text[], ${column('usd_rate')}::text[])
      as b (block_at, unconverted, open, high, low, close, base_volume, quote_volume, usd_rate)
    on conflict (coin_id, market_id, interval, block_at) do update set unconverted = excluded.unconverted, open = excluded.open,
      high = excluded.high, low = excluded.low, close = excluded.close, base_volume = excluded.base_volume,
      quote_volume = excluded.quote_volume, usd_rate = excluded.usd_rate`.execute(tx)
}

const mapColumns = (toColumn: (name: Column) => string): Record<Column, string> =>
  Object.fromEntries(columns.map((name) => [name, toColumn(name)])) as Record<Column, string>

/** Series with candles without a rate, of blocks from `from` (ms since 1970) on, and their quote currency. */
export async function listUnconverted(
  db: Db,
  { from }: { from: number },
): Promise<(Series & { quote: string; blocks: number[] })[]> {
  const { rows } = await sql<Series & { quote: string; blocks: number[] }>`
    select f.coin_id, f.market_id, f.interval, m.quote, array_agg((extract(epoch from f.block_at) * 1000)::float8) as blocks
    from fact_exchange_ohlcv f join dim_exchange_market m on m.id = f.market_id
    where f.unconverted > 0 and f.block_at >= ${new Date(from).toISOString()}::timestamptz
    group by f.coin_id, f.market_id, f.interval, m.quote`.execute(db)
  return rows
}

/** The candles of blocks without a rate. */
export const readUnconverted = async (tx: Db, series: Series, blocks: number[]): Promise<RatedCandle[]> =>
  [...(await readBlocks(tx, series, blocks)).values()].filter(({ usd_rate }) => usd_rate === null)

/** Deletes the blocks of an interval that begin before an instant (ms since 1970); returns how many. */
export async function deleteExchangeBlocks(
  tx: Db,
  { interval, before }: { interval: ExchangeInterval; before: number },
): Promise<number> {
  const at = new Date(before).toISOString()
  const { numAffectedRows } = await sql`delete from fact_exchange_ohlcv f
    where f.interval = ${interval} and f.block_at < ${at}::timestamptz`.execute(tx)
  await sql`update exchange_coverage c set covered_from = ${at}::timestamptz, reaches_listing = false
    where c.interval = ${interval} and c.covered_from < ${at}::timestamptz and c.covered_to > ${at}::timestamptz`.execute(
    tx,
  )
  return Number(numAffectedRows ?? 0)
}
