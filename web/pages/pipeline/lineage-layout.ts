import type { LineageNode } from '@contract/lineage.ts'

/** As in lineage-panel.tsx: `h-16` and `gap-2`. */
const nodeHeight = 64
const nodeGap = 8
/** Width of the space between two columns. */
export const linkWidth = 100

/** A line from an input to a node. `gap`: the space that it is drawn in, left or right of the tables. */
export type Link = { from: string; to: string; gap: 'left' | 'right'; path: string }

export const toColumnHeight = (count: number): number => count * nodeHeight + Math.max(0, count - 1) * nodeGap

/** The vertical center of the node at an index. */
const toCenter = (index: number): number => index * (nodeHeight + nodeGap) + nodeHeight / 2

const toIndex = (nodes: readonly LineageNode[], id: string): number => {
  const node = nodes.find((one) => one.id === id)
  return node === undefined ? -1 : nodes.filter(({ kind }) => kind === node.kind).indexOf(node)
}

/**
 * The lines of a graph in three columns: sources, tables, pages. A line between two tables is an arc at the left of them.
 */
export const toLinks = (nodes: readonly LineageNode[]): Link[] =>
  nodes.flatMap((node) =>
    node.inputs.map((input): Link => {
      const [from, to] = [toCenter(toIndex(nodes, input)), toCenter(toIndex(nodes, node.id))]
      const isInside = node.kind === 'table' && nodes.some(({ id, kind }) => id === input && kind === 'table')
      const bend = linkWidth / 2
      return {
        from: input,
        to: node.id,
        gap: node.kind === 'page' ? 'right' : 'left',
        path: isInside
          ? `M ${linkWidth} ${from + 10} C ${bend} ${from + 10} ${bend} ${to - 10} ${linkWidth} ${to - 10}`
          : `M 0 ${from} C ${bend} ${from} ${bend} ${to} ${linkWidth} ${to}`,
      }
    }),
  )

/** The ids of a node, of all that it comes from, and of all that comes from it. */
export function findRelated(nodes: readonly LineageNode[], id: string): ReadonlySet<string> {
  const before = new Set([id])
  for (const node of [...nodes].reverse()) if (before.has(node.id)) for (const input of node.inputs) before.add(input)
  const after = new Set([id])
  for (const node of nodes) if (node.inputs.some((input) => after.has(input))) after.add(node.id)
  return new Set([...before, ...after])
}
