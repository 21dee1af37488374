type Point = Readonly<Record<string, unknown>>

/** SVG paths of several series in a square of 100, from the left to the right. A point without a value ends a stroke. */
export function toChartPaths<K extends string>(
  points: readonly (Point & Record<K, number | null>)[],
  keys: readonly K[],
): { paths: string[]; low: number; high: number } {
  const values = points.flatMap((point) => keys.map((key) => point[key])).filter((value) => value !== null)
  const low = Math.min(...values)
  const high = Math.max(...values)
  const range = high - low || 1
  const toX = (index: number) => ((index / Math.max(1, points.length - 1)) * 100).toFixed(2)
  const toY = (value: number) => (98 - ((value - low) / range) * 96).toFixed(2)
  const paths = keys.map((key) => {
    let isOpen = false
    return points
      .map((point, index) => {
        const value = point[key]
        const command = isOpen ? 'L' : 'M'
        isOpen = value !== null
        return value === null ? '' : `${command}${toX(index)} ${toY(value)}`
      })
      .join('')
  })
  return { paths, low, high }
}
