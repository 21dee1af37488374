/** Font sizes of a tile's label in px. `change`: null when only the symbol fits. */
export type Label = { symbol: number; change: number | null }

const minSize = 9
const maxSize = 28
/** Up to this size on small tiles; larger on larger tiles. */
const plainSize = 12
const growth = 0.11
const lineHeight = 1.2
const changeScale = 0.8
const padding = 2

/** Widths of Inter's capitals and digits in semibold, in units of the font size: the widest of each set. */
const widths: readonly [RegExp, number][] = [
  [/[I.,:'|!]/, 0.33],
  [/[EFJL–]/, 0.61],
  [/[BPRSTZ0-9$+−-]/, 0.68],
  [/M/, 0.93],
  [/[W%@]/, 1.05],
  [/[ -ɏ]/, 0.775],
]

/** The estimated width of a text in units of its font size. */
export const measureEm = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (widths.find(([letters]) => letters.test(letter))?.[1] ?? 1.2), 0)

/** The text that the label of a change must have room for: a live change may get longer than that of the snapshot. */
const toRoom = (change: string): string => (change.length < 6 ? '+0.00%' : change)

/**
 * The label of a tile of `width` × `height` px: symbol and change where both fit in 9 px or larger, otherwise the symbol
 * where it fits, otherwise null.
 */
export function fitLabel(
  { width, height }: { width: number; height: number },
  { symbol, change }: { symbol: string; change: string },
): Label | null {
  const room = { width: width - 2 * padding, height: height - 2 * padding }
  const symbolEm = measureEm(symbol.toUpperCase())
  const changeEm = measureEm(toRoom(change))
  const preferred = Math.max(plainSize, growth * Math.sqrt(width * height))
  const largest = Math.floor(Math.min(maxSize, preferred, room.width / symbolEm, room.height / lineHeight))
  for (let size = largest; size >= minSize; size -= 1) {
    const below = Math.floor(Math.min(Math.max(minSize, size * changeScale), room.width / changeEm))
    if (below >= minSize && (size + below) * lineHeight <= room.height) return { symbol: size, change: below }
  }
  return largest >= minSize ? { symbol: largest, change: null } : null
}
