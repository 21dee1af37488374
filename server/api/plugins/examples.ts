type Schema = {
  type?: string | string[]
  const?: unknown
  default?: unknown
  enum?: unknown[]
  examples?: unknown[]
  anyOf?: Schema[]
  format?: string
  minimum?: number
  maximum?: number
  minLength?: number
  minItems?: number
  deprecated?: boolean
  required?: string[]
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  additionalProperties?: boolean | Schema
  items?: Schema
}

/** Example values by field name, for fields whose schema allows any text or number. */
const known: Record<string, unknown> = {
  id: 1,
  ids: 'bitcoin,ethereum',
  coin_id: 1,
  coingecko_id: 'bitcoin',
  coins: 'bitcoin',
  symbol: 'btc',
  name: 'Bitcoin',
  image_url: 'https://coin-images.coingecko.com/coins/images/1/large/bitcoin.png',
  logo_url: '/api/v1/coins/bitcoin/logo?v=Yz0mGvq3xJ4K',
  search: 'bit',
  job: 'ingest_market_data',
  job_id: 'ingest_market_data',
  email: 'ada@example.org',
  full_name: 'Ada Lovelace',
  password: 'a fine day at the lake',
  current_password: 'a fine day at the lake',
  new_password: 'another day in the hills',
  access_token: 'mVdqO3oBNkqQ0mYcV0X3bq8J5wFhT1uZsG7iR2eLxPA',
  request_id: '1f0d8c1e-7a52-4b0e-9f54-2c1f7f3f1a11',
  schedule: '*/10 * * * *',
  version: '0.1.0',
  source: 'binance',
  price_usd: 67_123.45,
  market_cap: 1_327_000_000_000,
  market_cap_rank: 1,
  total_volume: 31_400_000_000,
  period_days: 30,
  message: 'Done',
  detail: 'What happened and what to do',
}

const instants: Record<string, string> = { 'date-time': '2026-01-31T09:50:00.000Z', date: '2026-01-31' }

const typeOf = ({ type }: Schema): string | undefined =>
  Array.isArray(type) ? type.find((one) => one !== 'null') : type

const between = (value: number, { minimum = value, maximum = value }: Schema): number =>
  Math.min(Math.max(value, minimum), maximum)

const toMembers = ({
  properties = {},
  required = [],
  patternProperties,
  additionalProperties,
}: Schema): Record<string, unknown> => {
  const more = Object.values(patternProperties ?? {})[0] ?? additionalProperties
  return {
    ...Object.fromEntries(
      Object.entries(properties)
        .filter(([key, { deprecated }]) => deprecated !== true || required.includes(key))
        .map(([key, value]) => [key, toExample(value, key)]),
    ),
    ...(typeof more === 'object' ? { bitcoin: toExample(more, 'price_usd') } : {}),
  }
}

/** A realistic value for a field of this name, valid by its schema. */
export function toExample(schema: Schema, name = ''): unknown {
  if (schema.examples?.length) return schema.examples[0]
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  if (schema.enum) return schema.enum.find((one) => one !== null)
  if (schema.anyOf?.[0]) return toExample(schema.anyOf[0], name)
  const usual = known[name]
  switch (typeOf(schema)) {
    case 'object':
      return toMembers(schema)
    case 'array':
      return Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () => toExample(schema.items ?? {}, name))
    case 'string':
      return (
        instants[schema.format ?? ''] ?? (typeof usual === 'string' ? usual : name.padEnd(schema.minLength ?? 0, '-'))
      )
    case 'integer':
      return between(typeof usual === 'number' ? Math.round(usual) : 1, schema)
    case 'number':
      return between(typeof usual === 'number' ? usual : 0.5, schema)
    case 'boolean':
      return true
    default:
      return null
  }
}
