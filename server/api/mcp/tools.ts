import { type TSchema, Type } from 'typebox'
import { CoinAnalyticsQuery, CorrelationQuery } from '../../../contract/analytics.ts'
import { maxHistoryRows, OhlcvQuery } from '../../../contract/charts.ts'
import { ExportQuery, ExportTable } from '../../../contract/export.ts'
import { CoinIdText } from '../../../contract/queries.ts'
import { SqlRequest } from '../../../contract/sql.ts'
import { AppError } from '../../errors.ts'

const exactly = { additionalProperties: false } as const
const maxPoints = 50
const usualCoins = 10

/** A request to the API. Throws an `AppError` with its message when it is refused. */
export type Ask = (path: string, body?: unknown) => Promise<unknown>

type Arguments = Record<string, string | number | boolean | undefined>
export type Tool = {
  name: string
  description: string
  input: TSchema
  run: (args: Arguments, ask: Ask, url: string) => Promise<unknown>
}

const coin = {
  coin: Type.Unsafe<string>({ ...CoinIdText, description: 'CoinGecko id such as bitcoin; see search_coins' }),
}
const pointLimit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 1000, description: `how many of the newest to return (${maxPoints})` }),
)

const toQuery = (args: Arguments): string => {
  const entries = Object.entries(args).filter(([, value]) => value !== undefined)
  const query = new URLSearchParams(Object.fromEntries(entries.map(([name, value]) => [name, String(value)])))
  return query.size === 0 ? '' : `?${query}`
}

const coinPath = (id: unknown): string => `/coins/${encodeURIComponent(String(id))}`

/** The newest entries of a list, with how many there were. */
function toNewest<T>(list: readonly T[], limit: unknown) {
  const kept = list.slice(-Number(limit ?? maxPoints))
  return { items: kept, total: list.length, ...(kept.length < list.length ? { note: 'older ones left out' } : {}) }
}

const marketTools: Tool[] = [
  {
    name: 'search_coins',
    description: 'Find tracked coins by name, symbol or CoinGecko id. Returns ids for the other tools, largest first.',
    input: Type.Object(
      {
        search: Type.Optional(
          Type.String({ maxLength: 100, description: 'part of the name, symbol or id; all coins' }),
        ),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: `how many coins (${usualCoins})` })),
      },
      exactly,
    ),
    run: async ({ search, limit = usualCoins }, ask) => {
      const list = (await ask(`/coins${toQuery({ search, per_page: limit })}`)) as {
        items: Record<string, unknown>[]
        total: number
      }
      const items = list.items.map(({ coingecko_id, symbol, name, market_cap_rank, price_usd }) => ({
        ...{ coingecko_id, symbol, name, market_cap_rank, price_usd },
      }))
      return { items, total: list.total }
    },
  },
  {
    name: 'get_coin',
    description:
      'The latest snapshot of a coin: price in USD, changes in percent, market cap, volume, supply, all-time extremes.',
    input: Type.Object(coin, exactly),
    run: ({ coin: id }, ask) => ask(coinPath(id)),
  },
  {
    name: 'get_history',
    description: 'Prices of a coin in USD, oldest first: the last days, or every stored price from an instant on.',
    input: Type.Object(
      {
        ...coin,
        days: Type.Optional(Type.Integer({ minimum: 1, maximum: 365, description: 'how many days back (30)' })),
        from: Type.Optional(Type.String({ format: 'date-time', description: 'RFC 3339 instant, instead of days' })),
        to: Type.Optional(Type.String({ format: 'date-time', description: 'with from: before this instant (now)' })),
        limit: pointLimit,
      },
      exactly,
    ),
    run: async ({ coin: id, limit, ...range }, ask) => {
      const page = range.from === undefined ? {} : { limit: maxHistoryRows }
      const { prices, ...rest } = (await ask(`${coinPath(id)}/history${toQuery({ ...range, ...page })}`)) as {
        prices: unknown[]
      }
      return { ...rest, ...toNewest(prices, limit) }
    },
  },
  {
    name: 'get_candles',
    description: 'Candles (open, high, low, close, volume) of a coin in USD, oldest first. 1d: closed UTC days.',
    input: Type.Object(
      {
        ...coin,
        interval: OhlcvQuery.properties.interval,
        from: OhlcvQuery.properties.from,
        to: OhlcvQuery.properties.to,
        limit: pointLimit,
      },
      { ...exactly, required: ['coin'] },
    ),
    run: async ({ coin: id, limit, ...range }, ask) => {
      const answer = (await ask(`${coinPath(id)}/ohlcv${toQuery(range)}`)) as {
        candles: unknown[]
        in_progress: unknown
      }
      const { candles, in_progress: _, ...rest } = answer
      return { ...rest, ...toNewest(candles, limit) }
    },
  },
]

const period = { period_days: Type.Optional(CoinAnalyticsQuery.properties.period_days) }

const analysisTools: Tool[] = [
  {
    name: 'get_analytics',
    description:
      'Risk of a coin over a period: volatility, drawdown, Sharpe ratio, beta, and its most correlated coins.',
    input: Type.Object({ ...coin, ...period }, exactly),
    run: ({ coin: id, ...query }, ask) => ask(`${coinPath(id)}/analytics${toQuery(query)}`),
  },
  {
    name: 'get_correlation',
    description: 'Correlation matrix of the daily returns of the largest coins; ids in the order of rows and columns.',
    input: Type.Object({ ...period, top_n: Type.Optional(CorrelationQuery.properties.top_n) }, exactly),
    run: async (query, ask) => {
      const { coingecko_ids, matrix, ...rest } = (await ask(`/analytics/correlation${toQuery(query)}`)) as Record<
        string,
        unknown
      >
      const { ids: _, coins: __, names: ___, kinds: ____, ...about } = rest
      return { coingecko_ids, matrix, ...about }
    },
  },
  {
    name: 'get_market_overview',
    description: 'Totals of the tracked market: market cap, volume, dominance, advancers and decliners, top movers.',
    input: Type.Object({}, exactly),
    run: (_args, ask) => ask('/market/overview'),
  },
  {
    name: 'get_pipeline_health',
    description:
      'State, last run and next run of each job of the data pipeline. Use it to judge how fresh the data is.',
    input: Type.Object({}, exactly),
    run: async (_args, ask) => ({ jobs: await ask('/pipeline/health') }),
  },
  {
    name: 'get_data_quality',
    description: 'Score of each table and the latest result of each data quality check.',
    input: Type.Object({}, exactly),
    run: async (_args, ask) => ({ tables: await ask('/quality/summary') }),
  },
]

const sqlTools: Tool[] = [
  {
    name: 'list_views',
    description: 'The SQL views with their columns, units and meaning. Read it before run_sql. Needs a key with sql.',
    input: Type.Object({}, exactly),
    run: (_args, ask) => ask('/sql/views'),
  },
  {
    name: 'run_sql',
    description:
      'Run one read-only PostgreSQL SELECT over the views of list_views, for up to 5 s. Returns up to 50 rows: aggregate. Needs a key with sql.',
    input: SqlRequest,
    run: async ({ query }, ask) => {
      const { rows, ...rest } = (await ask('/sql', { query })) as { rows: unknown[][] }
      const cut = rows.length > maxPoints ? { note: `first ${maxPoints} of ${rows.length} rows` } : {}
      return { ...rest, rows: rows.slice(0, maxPoints), ...cut }
    },
  },
  {
    name: 'export_data',
    description:
      'The URL that streams a whole fact table, or a range of it, as CSV, NDJSON or Parquet. For more than 1,000 rows.',
    input: Type.Object(
      { table: ExportTable, ...Type.Partial(ExportQuery).properties },
      { ...exactly, required: ['table'] },
    ),
    run: async ({ table, ...query }, _ask, url) => {
      const target = `${url}/api/v1/export/${table}${toQuery(query)}`
      return { url: target, command: `curl -fO --compressed '${target.replaceAll("'", '%27')}'` }
    },
  },
]

export const tools: readonly Tool[] = [...marketTools, ...analysisTools, ...sqlTools]

/** The tool of a name. Throws `not_found` with the names. */
export function findTool(name: string): Tool {
  const tool = tools.find((each) => each.name === name)
  if (tool === undefined)
    throw new AppError('not_found', `No tool ${name}. Choose one of ${tools.map((each) => each.name).join(', ')}.`)
  return tool
}
