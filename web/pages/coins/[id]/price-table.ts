import type { Bar } from '@/components/charts/bars'
import type { ChartTable, Column } from '@/components/charts/chart-table'
import { formatCompactUsd, formatDay, formatExact, formatFixed, formatMinute } from '@/lib/format'

type Shape = { caption: string; intraday: boolean; decimals: number }

const iso = (ms: number) => new Date(ms).toISOString()

function toColumns({ intraday, decimals }: Shape): Column<Bar>[] {
  const price = (label: string, field: string, value: (bar: Bar) => number): Column<Bar> => ({
    label,
    field,
    value,
    text: (bar) => formatFixed(value(bar), decimals),
    numeric: true,
  })
  return [
    intraday
      ? {
          label: 'Time (UTC)',
          field: 'timestamp',
          value: ({ time }) => iso(time),
          text: ({ time }) => formatMinute(time),
        }
      : {
          label: 'Date (UTC)',
          field: 'date',
          value: ({ time }) => iso(time).slice(0, 10),
          text: ({ time }) => formatDay(time),
        },
    price('Open ($)', 'open_usd', ({ open }) => open),
    price('High ($)', 'high_usd', ({ high }) => high),
    price('Low ($)', 'low_usd', ({ low }) => low),
    price('Close ($)', 'close_usd', ({ close }) => close),
    {
      label: 'Volume',
      field: 'volume_usd',
      value: ({ volume }) => volume,
      text: ({ volume }) => formatCompactUsd(volume),
      numeric: true,
    },
    {
      label: 'Samples',
      field: 'samples',
      value: ({ samples }) => samples,
      text: ({ samples }) => formatExact(samples),
      numeric: true,
    },
    {
      label: 'Status',
      field: 'state',
      value: ({ isOpen }) => (isOpen ? 'open' : 'closed'),
      text: ({ isOpen }) => (isOpen ? 'In progress' : 'Closed'),
    },
  ]
}

/** The bars of a price chart, newest first. */
export const toPriceTable = (bars: readonly Bar[], shape: Shape): ChartTable<Bar> => ({
  caption: shape.caption,
  columns: toColumns(shape),
  items: [...bars].reverse(),
  toKey: ({ time }) => String(time),
})
