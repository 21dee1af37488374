import { type TSchema, Type } from 'typebox'
import { maxPerPage } from './lists.ts'

/** Any text without NUL, which PostgreSQL cannot store. */
export const printable = '^[^\\u0000]*$'

export const CoinIdText = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: printable,
  description: 'numeric id or CoinGecko id',
})

export const HoursQuery = Type.Object({ hours: Type.Integer({ minimum: 1, maximum: 168, default: 24 }) })

/** Query parameters of a paged list. */
export const pageQuery = {
  page: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 }),
  per_page: Type.Integer({ minimum: 1, maximum: maxPerPage, default: 20 }),
}

/** One page of a list. `total` counts the items of all pages; `pages` is at least 1. */
export const Page = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    total: Type.Integer(),
    page: Type.Integer(),
    per_page: Type.Integer(),
    pages: Type.Integer(),
  })

export const toPage = <T>(items: T[], total: number, { page, per_page }: { page: number; per_page: number }) => ({
  items,
  total,
  page,
  per_page,
  pages: Math.max(1, Math.ceil(total / per_page)),
})
