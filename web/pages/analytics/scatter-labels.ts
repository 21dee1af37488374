/** A rectangle in px of the plot, from its top left corner. */
export type Box = { left: number; top: number; right: number; bottom: number }

/** `isEdge`: it lies beyond the edge of the plot, and its label comes first. */
export type Circle = { x: number; y: number; radius: number; text: string; isEdge?: boolean }

/** The side of a circle that its label is on; `none`: no room. */
export type Side = 'right' | 'left' | 'above' | 'below' | 'none'

type Plot = { width: number; height: number; taken: readonly Box[] }

const lineHeight = 14
const gap = 3
const characterWidth = 8.4
/** A label above a circle at the top edge fits into the 24 px above the plot. */
const maxRadiusAbove = 24 - lineHeight - gap
const sides = ['right', 'left', 'above', 'below'] as const

export const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

const aroundCircle = ({ x, y, radius }: Circle): Box => ({
  left: x - radius,
  top: y - radius,
  right: x + radius,
  bottom: y + radius,
})

/** The box of a label on a side of its circle, at 12 px in capitals. */
export function toLabelBox({ x, y, radius, text }: Circle, side: Exclude<Side, 'none'>): Box {
  const width = text.length * characterWidth
  const [half, away] = [lineHeight / 2, radius + gap]
  if (side === 'right') return { left: x + away, top: y - half, right: x + away + width, bottom: y + half }
  if (side === 'left') return { left: x - away - width, top: y - half, right: x - away, bottom: y + half }
  const top = side === 'above' ? y - away - lineHeight : y + away
  return { left: x - width / 2, top, right: x + width / 2, bottom: top + lineHeight }
}

const isInside = ({ left, top, right, bottom }: Box, { width, height }: Plot): boolean =>
  left >= 0 && top >= 0 && right <= width && bottom <= height

/**
 * The side of each label: circles at the edge first, then in order. A label overlaps no other label, no other circle, no
 * taken box and not the edge of the plot. That of a circle at the edge may overlap circles, or be above the plot, rather
 * than be left out.
 */
export function placeLabels(circles: readonly Circle[], plot: Plot): Side[] {
  const taken = [...plot.taken]
  const around = circles.map(aroundCircle)
  const find = (circle: Circle, own: number, others: readonly Box[]): Side => {
    const side = sides.find((each) => {
      const box = toLabelBox(circle, each)
      return (
        isInside(box, plot) &&
        !taken.some((other) => overlap(box, other)) &&
        !others.some((other, index) => index !== own && overlap(box, other))
      )
    })
    if (side === undefined) return 'none'
    taken.push(toLabelBox(circle, side))
    return side
  }
  const placed = circles.map((): Side => 'none')
  for (const [own, circle] of circles.entries()) {
    if (circle.isEdge !== true) continue
    const free = find(circle, own, around)
    const side = free === 'none' ? find(circle, own, []) : free
    placed[own] = side === 'none' && circle.y === 0 && circle.radius <= maxRadiusAbove ? 'above' : side
  }
  for (const [own, circle] of circles.entries()) if (circle.isEdge !== true) placed[own] = find(circle, own, around)
  return placed
}
