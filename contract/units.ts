import { type TSchema, Type } from 'typebox'

/** A value that may be unknown: always null, never a missing key or 0. */
export const Nullable = <T extends TSchema & { type: string }>(schema: T) =>
  Type.Unsafe<Type.Static<T> | null>({ ...schema, type: [schema.type, 'null'] })

/** An instant in UTC, RFC 3339 with `Z`, for example `2026-01-31T09:50:00.000Z`. */
export const Instant = Type.String({ format: 'date-time', description: 'UTC instant, RFC 3339 with Z' })

/** A UTC day, `2026-01-31`. */
export const Day = Type.String({ format: 'date', description: 'UTC day' })

/** US dollars. */
export const Usd = Type.Number({ description: 'US dollars' })

/** An amount in the currency that the request asks for. */
export const Amount = Type.Number({ description: 'in the currency of vs_currency: US dollars by default' })

/** The price at the start of a change window. */
export const ReferencePrice = Type.Number({
  description:
    'in the currency of vs_currency; the price at the start of the window: a live price gives 100 * (live / reference - 1) percent',
})

/** Percent: 5.2 means 5.2%. */
export const Pct = Type.Number({ description: 'Percent: 5.2 means 5.2%' })

/** A fraction: 0.052 means 5.2%. */
export const Fraction = Type.Number({ description: 'Fraction: 0.052 means 5.2%' })

/** The path of a coin's logo on this server. It changes with the image. */
export const LogoUrl = Type.String({
  description: 'path of the logo on this server, with the version of the image; null: no logo',
})

/** Where the data of this warehouse comes from: the real market, or the bundled simulator. */
export const Mode = Type.Enum(['live', 'demo'], {
  description: 'live: the real market; demo: the simulated market',
})
export type Mode = Type.Static<typeof Mode>
