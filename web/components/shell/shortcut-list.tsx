import { Kbd } from '@/components/ui/kbd'
import { pageKeys } from './navigation'

const groups = [
  {
    title: 'Anywhere',
    keys: [
      { keys: ['Ctrl K'], words: 'Search coins, pages and actions (⌘ K on a Mac)' },
      { keys: ['/'], words: 'Search' },
      { keys: ['?'], words: 'These shortcuts' },
      ...pageKeys.map(({ key, label }) => ({ keys: ['g', key], words: `Go to ${label}` })),
    ],
  },
  {
    title: 'In the price chart',
    keys: [
      { keys: ['←', '→'], words: 'Move through it' },
      { keys: ['+', '−'], words: 'Zoom' },
      { keys: ['Esc'], words: 'Back to the newest' },
    ],
  },
  {
    title: 'In correlation, risk and return, the rankings, runs and checks',
    keys: [
      { keys: ['←', '→', '↑', '↓'], words: 'Move through them' },
      { keys: ['Enter'], words: 'Open the coin, run or check' },
    ],
  },
] as const

/** The keys, and what they do. */
export function ShortcutList() {
  return (
    <div className="overflow-y-auto p-4 text-[13px]">
      {groups.map(({ title, keys }) => (
        <section key={title} className="mb-4 last:mb-0">
          <h3 className="mb-1 text-[12px] text-faint">{title}</h3>
          <dl>
            {keys.map(({ keys: each, words }) => (
              <div key={words} className="flex h-8 items-center justify-between border-b border-line last:border-0">
                <dt>{words}</dt>
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
    </div>
  )
}
