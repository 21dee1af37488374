import type { Condition } from '@contract/alert-conditions.ts'
import { type AlertType, changeWindows, maxAverageDays } from '@contract/alert-lists.ts'
import { jobIds, severities } from '@contract/lists.ts'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Field, input, Labeled } from '@/components/ui/field'
import { LivePrice } from '@/components/ui/live-price'
import { fetchPortfolios } from '@/lib/portfolios'
import { fieldsOf } from './condition-body'
import { PriceDistance } from './distance'

export type FormCoin = { id: number; coingecko_id: string; name: string; symbol: string; price_usd: number | null }

type FieldsProps = { type: AlertType; condition: Condition | null; coin: FormCoin | null }

const amount = { inputMode: 'decimal', autoComplete: 'off', required: true } as const
const signed = { ...amount, pattern: '-?[0-9,]*\\.?[0-9]*' } as const
const positive = { ...amount, pattern: '[0-9,]*\\.?[0-9]*' } as const

type SelectProps = {
  name: string
  label: string
  value: string | undefined
  options: readonly (readonly [string, string])[]
}

function Select({ name, label, value, options }: SelectProps) {
  return (
    <Labeled id={`field-${name}`} label={label}>
      <select id={`field-${name}`} name={name} defaultValue={value ?? options[0]?.[0]} className={input}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </Labeled>
  )
}

const sides = [
  ['above', 'At or above'],
  ['below', 'At or below'],
] as const

/** The fields of a condition of a type, in the order of its sentence. */
export function ConditionFields(props: FieldsProps): ReactNode {
  const { type, condition } = props
  switch (type) {
    case 'price':
      return <PriceFields {...props} />
    case 'change':
      return <ChangeFields {...props} />
    case 'volume':
      return (
        <Field
          name="multiple"
          label="At least, times its 30-day mean"
          defaultValue={fieldsOf('volume', condition).multiple ?? 3}
          {...positive}
        />
      )
    case 'moving_average':
      return <AverageFields {...props} />
    case 'rsi':
      return <RsiFields {...props} />
    case 'portfolio':
      return <PortfolioFields {...props} />
    case 'job':
    case 'incident':
    case 'data_age':
    case 'feed':
      return <OperationFields {...props} />
    default:
      return null
  }
}

function PriceFields({ condition, coin }: FieldsProps) {
  const known = fieldsOf('price', condition)
  const [text, setText] = useState(String(known.price_usd ?? ''))
  const threshold = Number(text.replaceAll(',', ''))
  return (
    <>
      <Select
        name="direction"
        label="Is"
        value={known.direction}
        options={[...sides, ['crosses', 'Crossing, either way']]}
      />
      <Field
        name="price_usd"
        label="Price in USD"
        value={text}
        onChange={(event) => setText(event.target.value)}
        hint={coin === null ? undefined : <Now coin={coin} threshold={threshold} />}
        {...positive}
      />
    </>
  )
}

/** The live price of a coin, and how far it is from the threshold. */
function Now({ coin, threshold }: { coin: FormCoin; threshold: number }) {
  return (
    <span data-testid="distance">
      Now{' '}
      <span className="mx-1">
        <LivePrice coin={coin} />
      </span>
      {threshold > 0 && (
        <>
          · <PriceDistance id={coin.coingecko_id} known={coin.price_usd} threshold={threshold} /> to go
        </>
      )}
    </span>
  )
}

function ChangeFields({ condition }: FieldsProps) {
  const known = fieldsOf('change', condition)
  return (
    <>
      <Select
        name="change"
        label="Moves"
        value={known.direction}
        options={[
          ['up', 'Up'],
          ['down', 'Down'],
          ['either', 'Up or down'],
        ]}
      />
      <Field name="percent" label="At least, in %" defaultValue={known.percent ?? 5} {...positive} />
      <Select
        name="window"
        label="Within"
        value={known.window ?? '24h'}
        options={changeWindows.map((one) => [one, one.replace(/(\d+)(\w)/, '$1 $2')])}
      />
    </>
  )
}

function AverageFields({ condition }: FieldsProps) {
  const known = fieldsOf('moving_average', condition)
  return (
    <>
      <Field
        name="days"
        label="Average of days"
        type="number"
        min={2}
        max={maxAverageDays}
        required
        defaultValue={known.days ?? 50}
      />
      <Select name="side" label="Distance is" value={known.direction} options={sides} />
      <Field
        name="percent"
        label="Distance in %"
        defaultValue={known.percent ?? 10}
        hint="Negative: below the average"
        {...signed}
      />
    </>
  )
}

function RsiFields({ condition }: FieldsProps) {
  const known = fieldsOf('rsi', condition)
  return (
    <>
      <Select name="side" label="RSI is" value={known.direction} options={sides} />
      <Field name="level" label="Level, 0 to 100" defaultValue={known.level ?? 70} {...positive} />
    </>
  )
}

function PortfolioFields({ condition }: FieldsProps) {
  const known = fieldsOf('portfolio', condition)
  const { data } = useQuery({ queryKey: ['portfolios'], queryFn: fetchPortfolios })
  if (data === undefined) return null
  if (data.items.length === 0)
    return <p className="self-end pb-2 text-[13px] text-muted">You have no portfolio yet. Create one on its page.</p>
  return (
    <>
      <Select
        name="portfolio_id"
        label="Portfolio"
        value={known.portfolio_id === undefined ? undefined : String(known.portfolio_id)}
        options={data.items.map(({ id, name }) => [String(id), name])}
      />
      <Select
        name="figure"
        label="Figure"
        value={known.figure}
        options={[
          ['value', 'Value'],
          ['profit', 'Total profit'],
        ]}
      />
      <Select name="side" label="Is" value={known.direction} options={sides} />
      <Field name="usd" label="Amount in USD" defaultValue={known.usd} {...signed} />
    </>
  )
}

function OperationFields({ type, condition }: FieldsProps) {
  const job = fieldsOf('job', condition)
  if (type === 'job')
    return (
      <>
        <Select
          name="job_id"
          label="Job"
          value={job.job_id ?? ''}
          options={[['', 'Any job'], ...jobIds.map((id) => [id, id] as const)]}
        />
        <Select
          name="problem"
          label="Is"
          value={job.problem ?? 'either'}
          options={[
            ['either', 'Failing or late'],
            ['failing', 'Failing'],
            ['late', 'Late'],
          ]}
        />
      </>
    )
  if (type === 'incident')
    return (
      <Select
        name="severity"
        label="At least"
        value={fieldsOf('incident', condition).severity ?? 'minor'}
        options={severities.map((one) => [one, one.slice(0, 1).toUpperCase() + one.slice(1)])}
      />
    )
  if (type === 'data_age')
    return (
      <Field
        name="minutes"
        label="Older than, in minutes"
        type="number"
        min={1}
        required
        defaultValue={fieldsOf('data_age', condition).minutes ?? 30}
      />
    )
  return (
    <Field
      name="source"
      label="Source"
      placeholder="All sources"
      defaultValue={fieldsOf('feed', condition).source ?? ''}
      hint="Such as binance. Empty: every source"
    />
  )
}
