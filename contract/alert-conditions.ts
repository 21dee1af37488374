import { type TSchema, Type } from 'typebox'
import { type alertTypes, changeWindows, maxAverageDays, rsiDays, volumeDays } from './alert-lists.ts'
import { jobIds, severities } from './lists.ts'
import { CoinIdText, printable } from './queries.ts'
import { Nullable } from './units.ts'

const exactly = { additionalProperties: false } as const

export const AlertCoin = Type.Union([Type.Integer({ minimum: 1, maximum: 2_147_483_647 }), CoinIdText], {
  description: 'numeric id or CoinGecko id',
  examples: [1],
})
const aboveOrBelow = Type.Enum(['above', 'below'], { description: 'above: at or above; below: at or below' })
const dollars = (description: string) => Type.Number({ minimum: -1e15, maximum: 1e15, description, examples: [70_000] })
export const ThresholdPrice = Type.Number({
  minimum: 1e-30,
  maximum: 1e15,
  description: 'US dollars',
  examples: [70_000],
})

/** The conditions by type. */
const conditions = {
  price: Type.Object(
    {
      type: Type.Literal('price'),
      coin_id: AlertCoin,
      direction: Type.Enum(['above', 'below', 'crosses'], {
        description: 'above: at or above; below: at or below; crosses: from one side to the other',
      }),
      price_usd: ThresholdPrice,
    },
    { ...exactly, description: 'The live price of a coin' },
  ),
  change: Type.Object(
    {
      type: Type.Literal('change'),
      coin_id: AlertCoin,
      direction: Type.Enum(['up', 'down', 'either']),
      window: Type.Enum([...changeWindows], { description: '5m and 15m need the price stream' }),
      percent: Type.Number({ minimum: 0.01, maximum: 1e6, description: 'at least so many percent', examples: [5] }),
    },
    { ...exactly, description: 'The change of the price over a window' },
  ),
  volume: Type.Object(
    {
      type: Type.Literal('volume'),
      coin_id: AlertCoin,
      multiple: Type.Number({
        minimum: 0.01,
        maximum: 1e6,
        description: `24h volume, at least so many times its mean of ${volumeDays} days`,
        examples: [3],
      }),
    },
    { ...exactly, description: 'Unusual volume' },
  ),
  all_time_high: Type.Object(
    { type: Type.Literal('all_time_high'), coin_id: AlertCoin },
    { ...exactly, description: 'A price above the all-time high' },
  ),
  all_time_low: Type.Object(
    { type: Type.Literal('all_time_low'), coin_id: AlertCoin },
    { ...exactly, description: 'A price below the all-time low' },
  ),
  moving_average: Type.Object(
    {
      type: Type.Literal('moving_average'),
      coin_id: AlertCoin,
      days: Type.Integer({ minimum: 2, maximum: maxAverageDays, description: 'closed days', examples: [50] }),
      direction: aboveOrBelow,
      percent: Type.Number({
        minimum: -100,
        maximum: 1e6,
        description: 'distance of the price from the average; negative: below it',
        examples: [10],
      }),
    },
    { ...exactly, description: 'The distance of the price from the mean of the last daily closes' },
  ),
  rsi: Type.Object(
    {
      type: Type.Literal('rsi'),
      coin_id: AlertCoin,
      direction: aboveOrBelow,
      level: Type.Number({ minimum: 0, maximum: 100, examples: [70] }),
    },
    { ...exactly, description: `Relative strength index (Wilder, ${rsiDays} days), the price as the last close` },
  ),
  portfolio: Type.Object(
    {
      type: Type.Literal('portfolio'),
      portfolio_id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
      figure: Type.Enum(['value', 'profit']),
      direction: aboveOrBelow,
      usd: dollars('US dollars'),
    },
    { ...exactly, description: 'The value or total profit of one of your portfolios' },
  ),
  job: Type.Object(
    {
      type: Type.Literal('job'),
      job_id: Type.Unsafe<(typeof jobIds)[number] | null>({
        anyOf: [{ type: 'string', enum: [...jobIds] }, { type: 'null' }],
        description: 'null: any job',
      }),
      problem: Type.Enum(['failing', 'late', 'either']),
    },
    { ...exactly, description: 'A job of the pipeline fails or is late' },
  ),
  incident: Type.Object(
    {
      type: Type.Literal('incident'),
      severity: Type.Enum([...severities], { description: 'at least so severe' }),
    },
    { ...exactly, description: 'A data quality incident is open' },
  ),
  data_age: Type.Object(
    {
      type: Type.Literal('data_age'),
      minutes: Type.Integer({ minimum: 1, maximum: 100_000, examples: [30] }),
    },
    { ...exactly, description: 'The latest snapshot is older than so many minutes' },
  ),
  feed: Type.Object(
    {
      type: Type.Literal('feed'),
      source: Nullable(
        Type.String({
          minLength: 1,
          maxLength: 100,
          pattern: printable,
          description: 'null: every source of the price stream',
          examples: ['binance'],
        }),
      ),
    },
    { ...exactly, description: 'A source of the price stream has been down for a minute' },
  ),
} satisfies Record<(typeof alertTypes)[number], TSchema>

type Conditions = { [T in keyof typeof conditions]: Type.Static<(typeof conditions)[T]> }
type Given = Conditions[keyof Conditions]

/** The schema of the conditions of a type; undefined when there is no such type. */
export const findConditionSchema = (type: unknown): TSchema | undefined =>
  Object.entries(conditions).find(([name]) => name === type)?.[1]

type Stored<C> = C extends { coin_id: number | string } ? Omit<C, 'coin_id'> & { coin_id: number } : C

/** What must be true. Coins are by numeric id. */
export type Condition = { [T in keyof Conditions]: Stored<Conditions[T]> }[keyof Conditions]
export type GivenCondition = Given

const anyOf = Object.values(conditions)
export const GivenConditionSchema = Type.Unsafe<Given>({ anyOf })
export const ConditionSchema = Type.Unsafe<Condition>({ anyOf })
