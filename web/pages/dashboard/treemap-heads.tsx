import { formatShare } from '@/lib/format'
import { type GroupingName, groupings } from './treemap-groups'
import type { Part } from './treemap-layout'

/** Height of the head of a part in px. */
export const headPx = 20

type HeadsProps = { parts: readonly Part[]; grouping: GroupingName; onZoom: (key: string) => void }

/** The heads of the parts of a grouped map. A click fills the map with the part. */
export function TreemapHeads({ parts, grouping, onZoom }: HeadsProps) {
  const { toLabel } = groupings[grouping]
  return parts
    .filter(({ hasHead }) => hasHead)
    .map(({ key, share, left, top, width }) => (
      <button
        key={key}
        type="button"
        title={`Zoom in: ${toLabel(key)}`}
        onClick={() => onZoom(key)}
        className="absolute flex flex-wrap gap-x-2 overflow-hidden px-1.5 text-left text-[12px] leading-5 whitespace-nowrap hover:bg-raised focus-visible:z-10"
        style={{ left: `${left}%`, top: `${top}%`, width: `${width}%`, height: headPx }}
      >
        <span className="max-w-full truncate font-medium">{toLabel(key)}</span>
        {/* Without room it wraps to a line that is not shown. */}
        <span className="num text-muted">{formatShare(share)}</span>
      </button>
    ))
}
