import { Kbd } from '@/components/ui/kbd'
import { ScrollRegion } from '@/components/ui/scroll-region'
import { pageKeys } from './navigation'

const groups = [
  {
    title: 'Anywhere',
    keys: [
      { keys: ['Ctrl K'], label: 'Search coins, pages and actions (⌘ K on Mac)' },
      { keys: ['/'], label: 'Search' },
      { keys: ['?'], label: 'Keyboard shortcuts' },
      ...pageKeys.map(({ key, label }) => ({ keys: ['g', key], label: `Go to ${label}` })),
    ],
  },
  {
    title: 'Price chart',
    keys: [
      { keys: ['←', '→'], label: 'Move the crosshair' },
      { keys: ['+', '−'], label: 'Zoom' },
      { keys: ['Esc'], label: 'Latest data' },
    ],
  },
  {
    title: 'Correlation, risk and return, rankings, runs and checks',
    keys: [
      { keys: ['←', '→', '↑', '↓'], label: 'Move' },
      { keys: ['Enter'], label: 'Open' },
    ],
  },
] as const

export function ShortcutList() {
  return (
    <ScrollRegion label="Shortcuts" className="overflow-y-auto p-4 text-[13px]">
      {groups.map(({ title, keys }) => (
        <section key={title} className="mb-4 last:mb-0">
          <h3 className="mb-1 text-[12px] text-faint">{title}</h3>
          <dl>
            {keys.map(({ keys: each, label }) => (
              <div key={label} className="flex h-8 items-center justify-between border-b border-line last:border-0">
                <dt>{label}</dt>
                <dd className="flex gap-1">
                  {each.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </ScrollRegion>
  )
}
