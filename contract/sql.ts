import { Type } from 'typebox'
import { printable } from './queries.ts'
import { Nullable } from './units.ts'

/** One read-only statement. */
export const SqlRequest = Type.Object(
  {
    query: Type.String({
      minLength: 1,
      maxLength: 20_000,
      pattern: printable,
      description: 'one SELECT over the views of the schema market, see GET /sql/views',
      examples: ['select coingecko_id, market_cap_rank from market.coins order by 2 limit 10'],
    }),
  },
  { additionalProperties: false },
)
export type SqlRequest = Type.Static<typeof SqlRequest>

const Cell = Type.Unsafe<string | number | boolean | null>({ type: ['string', 'number', 'boolean', 'null'] })

export const SqlResult = Type.Object({
  columns: Type.Array(
    Type.Object({
      name: Type.String(),
      type: Type.String({ description: 'boolean, integer, bigint, double, numeric, date, timestamp or text' }),
    }),
  ),
  rows: Type.Array(Type.Array(Cell), { description: 'by column; bigint, numeric, date and timestamp as text' }),
  truncated: Type.Boolean({ description: 'true: only the first 1,000 rows' }),
  duration_ms: Type.Number(),
})
export type SqlResult = Type.Static<typeof SqlResult>

/** The documented views. */
export const SqlViews = Type.Object({
  items: Type.Array(
    Type.Object({
      name: Type.String({ examples: ['market.coins'] }),
      description: Type.String(),
      columns: Type.Array(
        Type.Object({ name: Type.String(), type: Type.String(), description: Nullable(Type.String()) }),
      ),
    }),
  ),
})
export type SqlViews = Type.Static<typeof SqlViews>
