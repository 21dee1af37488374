import { BookOpen, ChevronsLeft, ChevronsRight } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useState } from 'react'
import { cn } from '@/components/ui/cn'
import { IntentLink } from '@/components/ui/intent-link'
import { railCookie, savePreference } from '@/lib/preferences'
import { pages } from './navigation'

const item = 'flex h-9 items-center gap-3 rounded-control px-3 text-[13px] font-medium'
const quiet = 'text-muted hover:bg-raised hover:text-text'

/** The main navigation: icons only on narrow windows, and where the reader collapsed it. */
export function Rail({ startsNarrow }: { startsNarrow: boolean }) {
  const path = usePathname()
  const [narrow, setNarrow] = useState(startsNarrow)
  const toggle = () => {
    savePreference(railCookie, narrow ? 'wide' : 'narrow')
    setNarrow(!narrow)
  }
  const Arrows = narrow ? ChevronsRight : ChevronsLeft
  return (
    <nav
      aria-label="Main"
      className={cn(
        'sticky top-0 hidden h-dvh shrink-0 flex-col border-r border-line bg-surface md:flex',
        narrow ? 'w-14' : 'w-14 lg:w-52',
      )}
    >
      <IntentLink
        href="/"
        className="flex h-12 items-center gap-2.5 border-b border-line px-4 font-semibold"
        aria-label="CryptoFlow"
      >
        <Mark />
        {!narrow && <span className="max-lg:sr-only">CryptoFlow</span>}
      </IntentLink>
      <ul className="flex flex-col gap-0.5 p-2">
        {pages.map(({ href, label, icon: Icon }) => (
          <li key={href}>
            <IntentLink
              href={href}
              aria-current={path === href ? 'page' : undefined}
              title={narrow ? label : undefined}
              className={cn(item, path === href ? 'bg-raised text-text ring-1 ring-line ring-inset' : quiet)}
            >
              <Icon size={16} strokeWidth={1.75} className="shrink-0" />
              <span className={narrow ? 'sr-only' : 'max-lg:sr-only'}>{label}</span>
            </IntentLink>
          </li>
        ))}
      </ul>
      <div className="mt-auto flex flex-col gap-0.5 p-2">
        <a href="/api/docs" className={cn(item, quiet)} title={narrow ? 'API' : undefined}>
          <BookOpen size={16} strokeWidth={1.75} className="shrink-0" />
          <span className={narrow ? 'sr-only' : 'max-lg:sr-only'}>API</span>
        </a>
        <button type="button" onClick={toggle} className={cn(item, quiet, 'max-lg:hidden')} aria-expanded={!narrow}>
          <Arrows size={16} strokeWidth={1.75} className="shrink-0" />
          <span className={narrow ? 'sr-only' : 'max-lg:sr-only'}>{narrow ? 'Expand' : 'Collapse'}</span>
        </button>
      </div>
    </nav>
  )
}

function Mark() {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden className="shrink-0 text-accent">
      <path
        d="M1 12.5 6 7l4 3.5L17 3"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path d="M1 16.5h16" stroke="currentColor" strokeOpacity="0.45" strokeWidth="1.6" strokeLinecap="round" />
    </svg>
  )
}
