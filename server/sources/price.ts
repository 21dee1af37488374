const decimal = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/** A price as an upstream wrote it, a number or its decimal text, to the last digit; null when it is no positive one. */
export function toPrice(value: unknown): number | null {
  const price = typeof value === 'string' && decimal.test(value) ? Number(value) : value
  return typeof price === 'number' && Number.isFinite(price) && price > 0 ? price : null
}
