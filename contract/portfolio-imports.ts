import { Type } from 'typebox'
import { importFormats, transactionTypes } from './portfolio-lists.ts'
import { printable } from './queries.ts'
import { Instant, Nullable, Usd } from './units.ts'

export const maxImportBytes = 50_000_000

export const ImportQuery = Type.Object({
  format: Type.Optional(
    Type.Enum([...importFormats], { description: 'absent: found by the columns of the file; JSON needs ghostfolio' }),
  ),
  mapping: Type.Optional(
    Type.String({
      maxLength: 2000,
      pattern: printable,
      description: 'generic: columns by field, such as quantity:Amount,date:When',
      examples: ['quantity:Amount'],
    }),
  ),
  coins: Type.Optional(
    Type.String({
      maxLength: 2000,
      pattern: printable,
      description: 'CoinGecko ids by symbol where another coin is meant than the largest, such as UNI:uniswap',
      examples: ['UNI:uniswap'],
    }),
  ),
  skip_refused: Type.Boolean({
    default: false,
    description: 'true: imports the other lines; false: a refused line refuses the file',
  }),
})
export type ImportQuery = Type.Static<typeof ImportQuery>

const candidate = {
  coin_id: Type.Integer(),
  coingecko_id: Type.String(),
  name: Type.String(),
  market_cap: Nullable(Usd),
}

/** What a file holds, and what was imported of it: all accepted lines, or nothing. */
export const ImportReport = Type.Object({
  format: Type.String(),
  columns: Type.Array(Type.String()),
  mapping: Type.Unsafe<Record<string, string>>({ type: 'object', additionalProperties: { type: 'string' } }),
  lines: Type.Integer(),
  accepted: Type.Integer({ description: 'transactions; a trade between two coins gives two' }),
  duplicates: Type.Integer({ description: 'transactions that the portfolio has from an earlier import' }),
  refused_lines: Type.Integer(),
  refused: Type.Array(Type.Object({ line: Type.Integer(), reason: Type.String() }), {
    description: 'the first 100 refused lines',
  }),
  symbols: Type.Array(
    Type.Object({
      symbol: Type.String(),
      chosen: Type.Object(candidate),
      others: Type.Array(Type.Object(candidate), { description: 'other coins with this symbol, the largest first' }),
    }),
  ),
  sample: Type.Array(
    Type.Object({
      line: Type.Integer(),
      type: Type.Enum([...transactionTypes]),
      symbol: Type.String(),
      at: Instant,
      quantity: Type.Number(),
      total_usd: Usd,
      fee_usd: Usd,
    }),
    { description: 'the first 20 accepted transactions' },
  ),
  imported: Type.Integer({ description: '0 in a preview' }),
})
export type ImportReport = Type.Static<typeof ImportReport>
