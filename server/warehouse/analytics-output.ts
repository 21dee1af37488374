import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'kysely'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { RiskFigures } from '../../contract/analytics.ts'
import type { Db } from './db.ts'
import { type RiskFigure, riskFigures } from './risk-figures.ts'

/** Lines built and sent per turn of the event loop. */
const linesPerChunk = 500

/** A row of analytics_volatility; null: too few observations, or undefined. */
export type RiskRow = Pick<RiskFigures, 'period_days' | 'observations' | RiskFigure> & {
  coin_id: number
  is_correlated: boolean
}

/**
 * Correlations of each coin `coin_ids[from]` to `coin_ids[to - 1]` with every coin after it, in that order; NaN: none.
 * `coin_ids` are ascending.
 */
export type CorrelationBlock = {
  coin_ids: number[]
  period_days: number
  from: number
  to: number
  correlation: Float64Array
  observations: Int32Array
}

/**
 * Deletes the stored analytics and stores what the new ones are computed from, in the caller's transaction, whose
 * statement timeout it lifts.
 */
export async function clearAnalytics(tx: Db, input: { fingerprint: string; as_of: string }): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(tx)
  await tx.deleteFrom('analytics_volatility').execute()
  await tx.deleteFrom('analytics_correlation').execute()
  await sql`insert into analytics_input (fingerprint, as_of, computed_at)
    values (${input.fingerprint}, ${input.as_of}::date, now())
    on conflict (only_row) do update set fingerprint = excluded.fingerprint, as_of = excluded.as_of,
      computed_at = excluded.computed_at`.execute(tx)
}

const riskColumns = ['coin_id', 'period_days', 'observations', 'is_correlated', ...riskFigures] as const

/** Copies rows into analytics_volatility; returns how many. In the transaction of `clearAnalytics`. */
export async function insertRisks(client: pg.PoolClient, asOf: string, rows: RiskRow[]): Promise<number> {
  async function* chunks() {
    for (let start = 0; start < rows.length; start += linesPerChunk) {
      await nextTurn()
      yield rows
        .slice(start, start + linesPerChunk)
        .map((row) => `${riskColumns.map((column) => row[column] ?? '\\N').join('\t')}\t${asOf}\n`)
        .join('')
    }
  }
  const target = client.query(copyFrom(`copy analytics_volatility (${riskColumns.join(', ')}, as_of) from stdin`))
  await pipeline(Readable.from(chunks()), target)
  return rows.length
}

/**
 * Copies blocks into analytics_correlation as they arrive; returns how many rows. Yields to the event loop every 500 rows.
 * In the transaction of `clearAnalytics`.
 */
export async function insertCorrelations(
  client: pg.PoolClient,
  asOf: string,
  blocks: AsyncIterable<CorrelationBlock>,
): Promise<number> {
  let written = 0
  async function* chunks() {
    for await (const block of blocks) {
      for (const lines of toLines(block, asOf)) {
        await nextTurn()
        yield lines
      }
      written += block.correlation.length
    }
  }
  const columns = 'correlation, coin_a_id, coin_b_id, period_days, observations, as_of'
  await pipeline(Readable.from(chunks()), client.query(copyFrom(`copy analytics_correlation (${columns}) from stdin`)))
  return written
}

function* toLines({ coin_ids, period_days, from, to, correlation, observations }: CorrelationBlock, asOf: string) {
  let chunk = ''
  let pair = 0
  for (let a = from; a < to; a += 1)
    for (let b = a + 1; b < coin_ids.length; b += 1) {
      const value = correlation[pair] ?? Number.NaN
      chunk += `${Number.isNaN(value) ? '\\N' : value}\t${coin_ids[a]}\t${coin_ids[b]}\t${period_days}\t${observations[pair]}\t${asOf}\n`
      pair += 1
      if (pair % linesPerChunk > 0) continue
      yield chunk
      chunk = ''
    }
  if (chunk !== '') yield chunk
}
