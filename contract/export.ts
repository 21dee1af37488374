import { Type } from 'typebox'
import { exportFormats, exportTables } from './lists.ts'
import { printable } from './queries.ts'

/** A UTC day or an instant. */
const DayOrInstant = (about: string) =>
  Type.String({
    maxLength: 40,
    pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,6})?)?(Z|[+-]\\d{2}:\\d{2}))?$',
    description: `UTC day (2026-01-31) or RFC 3339 instant, ${about}`,
    examples: ['2026-01-31'],
  })

export const ExportFormat = Type.Enum([...exportFormats])
export type ExportFormat = Type.Static<typeof ExportFormat>

export const ExportTable = Type.Enum([...exportTables])
export type ExportTable = Type.Static<typeof ExportTable>

export const ExportParams = Type.Object({ table: ExportTable })

export const ExportQuery = Type.Object({
  from: Type.Optional(DayOrInstant('included; absent: the first row')),
  to: Type.Optional(DayOrInstant('excluded; absent: the last row')),
  coins: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 8000,
      pattern: printable,
      description: 'numeric ids or CoinGecko ids, comma-separated; all coins',
    }),
  ),
  format: Type.Enum([...exportFormats], { default: 'csv' }),
  cursor: Type.Optional(
    Type.String({
      maxLength: 60,
      pattern: '^\\d{1,10}:\\d{4}-\\d{2}-\\d{2}(T[\\d:.]+Z)?$',
      description: 'coin_id:time of the last complete row that you have; the export continues after it',
      examples: ['1:2026-01-31T09:50:00Z'],
    }),
  ),
})
export type ExportQuery = Type.Static<typeof ExportQuery>
