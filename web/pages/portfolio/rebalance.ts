/** A coin of the table. `price`: null without one. `target`: percent of the value as typed; empty: none. */
export type Row = { id: number; value: number; price: number | null; target: string }

/** `amount`: what to buy, or below 0 to sell. `quantity`: null without a price. */
export type Trade = { weight: number; difference: number; amount: number; quantity: number | null }

/** A typed percentage; null when it is no number from 0 to 100. */
export function parseTarget(text: string): number | null {
  const trimmed = text.trim()
  if (trimmed === '') return 0
  const value = Number(trimmed.replace(',', '.'))
  return Number.isFinite(value) && value >= 0 && value <= 100 ? value : null
}

/** Sum of the targets in percent, without rounding noise; null when one is no percentage. */
export function sumTargets(rows: readonly Row[]): number | null {
  const targets = rows.map(({ target }) => parseTarget(target))
  if (targets.includes(null)) return null
  return Number(targets.reduce<number>((sum, target) => sum + (target ?? 0), 0).toFixed(6))
}

/** The trade that brings a coin to its target share of `total`. */
export function toTrade({ value, price, target }: Row, total: number): Trade {
  const weight = total > 0 ? (100 * value) / total : 0
  const wanted = parseTarget(target) ?? 0
  const amount = (wanted / 100) * total - value
  return {
    weight,
    difference: weight - wanted,
    amount,
    quantity: price === null || price === 0 ? null : amount / price,
  }
}
