import type { Sentiment } from '@contract/market-figures.ts'
import { useQuery } from '@tanstack/react-query'
import { ChartFrame } from '@/components/charts/chart-frame'
import type { ChartTable } from '@/components/charts/chart-table'
import type { Method } from '@/components/charts/method'
import { Sparkline } from '@/components/charts/sparkline'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { formatDay, formatFraction, formatRatio, formatSignedFraction } from '@/lib/format'
import { sentimentClasses, sentimentCoins, sentimentDays } from '../../../contract/sentiment'
import { type InitialData, sentimentQuery } from './dashboard-queries'

type Part = Sentiment['parts'][number]
type Day = Sentiment['history'][number]

const height = 'h-[248px]'

const labels: Record<Part['name'], { label: string; text: (observed: number) => string; about: string }> = {
  momentum: {
    label: 'Momentum',
    text: (observed) => formatSignedFraction(observed, 1),
    about: `Median of close ÷ ${sentimentDays.average}-day average − 1`,
  },
  breadth: {
    label: 'Breadth',
    text: (observed) => formatFraction(observed, 0),
    about: `Share of coins above their ${sentimentDays.average}-day average`,
  },
  volatility: {
    label: 'Volatility',
    text: (observed) => formatRatio(observed).replace('+', ''),
    about: `Median of ${sentimentDays.average}-day ÷ ${sentimentDays.longTerm}-day volatility`,
  },
  volume: {
    label: 'Volume',
    text: (observed) => formatFraction(observed, 0),
    about: `Share of the last ${sentimentDays.volume} days' volume in rising coins`,
  },
}

/** The step of the diverging scale for each class, from fear to greed. */
const steps = [1, 3, 4, 5, 7] as const
const classes = sentimentClasses.toReversed()

const toMethod = (sentiment: Sentiment): Method => ({
  about:
    'From the daily closes and volumes of this warehouse only: no survey and no other source. Each part scores 0 at fear and 100 at greed, linear between. The value is their weighted mean.',
  facts: [
    ...sentiment.parts.map(({ name, fear, greed }) => ({
      label: labels[name].label,
      text: `${labels[name].about}. Scores 0 at ${labels[name].text(fear)}, 100 at ${labels[name].text(greed)}`,
    })),
    {
      label: 'Coins',
      text: `${sentiment.coins} of the ${sentimentCoins} largest, without stablecoins, wrapped and staked coins`,
    },
    {
      label: 'As of',
      text: sentiment.as_of === null ? 'Not computed yet' : `Close of ${formatDay(sentiment.as_of)}, UTC`,
    },
  ],
})

const toTable = ({ history }: Sentiment): ChartTable<Day> => ({
  caption: 'Market sentiment by day',
  columns: [
    { label: 'Day (UTC)', field: 'date', value: ({ date }) => date, text: ({ date }) => formatDay(date) },
    { label: 'Value', field: 'value', value: ({ value }) => value, text: ({ value }) => String(value), numeric: true },
    {
      label: 'Class',
      field: 'class',
      value: (day) => day.value_classification,
      text: (day) => day.value_classification,
    },
  ],
  items: history,
  toKey: ({ date }) => date,
})

/** The classes from 0 to 100, with a mark at the value. */
function Scale({ value }: { value: number }) {
  return (
    <div aria-hidden className="relative mx-4 mt-2 h-2.5">
      <div className="flex h-full overflow-hidden rounded-mark">
        {classes.map(({ name, from }, index) => (
          <span
            key={name}
            style={{ background: `var(--step-${steps[index]})`, flexGrow: (classes[index + 1]?.from ?? 100) - from }}
          />
        ))}
      </div>
      <span className="absolute -inset-y-1 w-0.5 -translate-x-1/2 bg-text" style={{ left: `${value}%` }} />
    </div>
  )
}

function PartRow({ part: { name, observed, score, weight } }: { part: Part }) {
  const { label, text, about } = labels[name]
  return (
    <tr title={about}>
      <th scope="row" className="h-7 pl-4 text-left font-normal text-muted">
        {label}
      </th>
      <td className="px-2 text-right">{text(observed)}</td>
      <td className="w-1/3 px-2">
        <span aria-hidden className="block h-1.5 rounded-mark bg-line">
          <span className="block h-full rounded-mark bg-muted" style={{ width: `${score}%` }} />
        </span>
      </td>
      <td className="px-2 text-right">{score.toFixed(0)}</td>
      <td className="pr-4 text-right text-faint">× {weight}</td>
    </tr>
  )
}

function Reading({ sentiment, value }: { sentiment: Sentiment; value: number }) {
  const values = sentiment.history.map((day) => day.value).reverse()
  return (
    <div className={height}>
      <div className="flex items-center gap-3 px-4 pt-2" data-testid="sentiment">
        <span className="num text-[28px] leading-9 font-semibold">{value}</span>
        <span className="text-[14px] font-medium">{sentiment.value_classification}</span>
        <span className="ml-auto">
          <Sparkline
            prices={values}
            domain={[0, 100]}
            label={`Sentiment of the last ${values.length} days, from 0 to 100`}
            direction="flat"
            width={150}
            height={36}
          />
        </span>
      </div>
      <Scale value={value} />
      <table className="num mt-2 w-full text-[12px]">
        <thead className="text-faint">
          <tr>
            <th scope="col" className="pl-4 text-left font-normal">
              Part
            </th>
            <th scope="col" className="px-2 text-right font-normal">
              Observed
            </th>
            <th scope="col" colSpan={2} className="px-2 text-right font-normal">
              Score
            </th>
            <th scope="col" className="pr-4 text-right font-normal">
              Weight
            </th>
          </tr>
        </thead>
        <tbody>
          {sentiment.parts.map((part) => (
            <PartRow key={part.name} part={part} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** `31 = 0.3 × 23 + ...`, with the scores rounded as shown. */
const toFormula = ({ value, parts }: Sentiment): string =>
  `${value} = ${parts.map(({ weight, score }) => `${weight} × ${score.toFixed(0)}`).join(' + ')}, rounded.`

/** Fear and greed with the formula. */
export function SentimentPanel({ initial }: { initial: InitialData }) {
  const { data, error, refetch } = useQuery(sentimentQuery(initial))
  if (data === undefined)
    return (
      <div className="panel min-h-[372px]">
        {error === null ? (
          <Skeleton className="m-4 h-72" />
        ) : (
          <ErrorState message={error.message} onRetry={() => void refetch()} />
        )}
      </div>
    )
  return (
    <ChartFrame
      title="Market sentiment"
      sentence="Fear (0) and greed (100) of the last closed day, from our own closes and volumes."
      method={toMethod(data)}
      toTable={() => toTable(data)}
      fileName="sentiment"
      tableClassName={height}
      legend={<p className="num">{data.value === null ? 'No value yet.' : toFormula(data)}</p>}
    >
      {data.value === null ? (
        <p className={`p-4 text-[13px] text-muted ${height}`}>
          Not enough history yet. It needs {sentimentDays.longTerm} days of closes.
        </p>
      ) : (
        <Reading sentiment={data} value={data.value} />
      )}
    </ChartFrame>
  )
}
