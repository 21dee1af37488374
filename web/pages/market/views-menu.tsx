import { Bookmark } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Menu } from '@/components/ui/menu'
import { copyLink } from '@/lib/copy-link'
import type { MarketChange } from './market-url-state'

/** Presets of the table. Each sets the whole URL state; what it does not name gets its default. */
const views: readonly { label: string; change: MarketChange }[] = [
  { label: 'All coins', change: {} },
  { label: 'Large caps', change: { market_cap_min: 1e10, sort_by: 'market_cap', sort_dir: 'desc' } },
  { label: 'Top volume', change: { sort_by: 'total_volume', sort_dir: 'desc' } },
  {
    label: 'Near all-time high',
    change: {
      kind: 'coin',
      sort_by: 'ath_change_pct',
      sort_dir: 'desc',
      columns: 'rank.24h.7d.30d.1y.cap.ath.ath_distance.line',
    },
  },
  {
    label: 'Month’s gainers',
    change: {
      market_cap_min: 1e8,
      sort_by: 'price_change_30d_pct',
      sort_dir: 'desc',
      columns: 'rank.24h.7d.30d.1y.cap.volume.line',
    },
  },
]

/** Copies the address with the shown columns: it shows the same table to others. */
function copyView(shown: readonly string[]): Promise<void> {
  const url = new URL(location.href)
  url.searchParams.set('columns', shown.join('.'))
  return copyLink(url.href)
}

type ViewsMenuProps = { shown: readonly string[]; onView: (change: MarketChange) => void }

export function ViewsMenu({ shown, onView }: ViewsMenuProps) {
  return (
    <Menu
      trigger={
        <Button aria-label="Views">
          <Bookmark size={16} strokeWidth={1.75} />
          <span className="hidden sm:inline">Views</span>
        </Button>
      }
    >
      {({ MenuItem, MenuLine }) => (
        <>
          {views.map(({ label, change }) => (
            <MenuItem key={label} onSelect={() => onView(change)}>
              {label}
            </MenuItem>
          ))}
          <MenuLine />
          <MenuItem onSelect={() => void copyView(shown)}>Copy link to this view</MenuItem>
        </>
      )}
    </Menu>
  )
}
