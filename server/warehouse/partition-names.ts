/** The partitioned tables and the UTC span of a partition. */
const units = { fact_market_data: 'month', fact_minute_ohlc: 'day', fact_exchange_ohlcv: 'year' } as const
export type PartitionedTable = keyof typeof units

/** The start of the partition of `instant`, or of the one `offset` partitions later. */
export const toPartitionStart = (table: PartitionedTable, instant: Date, offset = 0): Date => {
  const [year, month, day] = [instant.getUTCFullYear(), instant.getUTCMonth(), instant.getUTCDate()]
  if (units[table] === 'year') return new Date(Date.UTC(year + offset, 0))
  return new Date(units[table] === 'month' ? Date.UTC(year, month + offset) : Date.UTC(year, month, day + offset))
}

/** The name of the partition of `instant`: `fact_market_data_2026_11`; that of a year ends in its first month. */
export const toPartition = (table: PartitionedTable, instant: Date): string => {
  const start = toPartitionStart(table, instant).toISOString()
  return `${table}_${start.slice(0, units[table] === 'day' ? 10 : 7).replaceAll('-', '_')}`
}

/** The first day of a partition by its name, `2026-11-01`; undefined for the default partition. */
export const parsePartition = (table: PartitionedTable, name: string): string | undefined => {
  const [, year, month, day = '01'] = /^(\d{4})_(\d{2})(?:_(\d{2}))?$/.exec(name.slice(table.length + 1)) ?? []
  return year === undefined ? undefined : `${year}-${month}-${day}`
}
