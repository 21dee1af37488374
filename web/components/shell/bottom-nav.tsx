'use client'

import { BookOpen } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { cn } from '@/components/ui/cn'
import { IntentLink } from '@/components/ui/intent-link'
import { pages } from './navigation'

const item = 'flex h-14 flex-1 flex-col items-center justify-center gap-1 text-[12px]'

/** As many as a thumb can tell apart. */
const places = 5

/** Navigation at the thumb, on phones. */
export function BottomNav() {
  const path = usePathname()
  return (
    <nav aria-label="Main" className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-surface md:hidden">
      {pages.slice(0, places).map(({ href, label, icon: Icon }) => (
        <IntentLink
          key={href}
          href={href}
          aria-current={path === href ? 'page' : undefined}
          className={cn(item, path === href ? 'text-accent' : 'text-muted')}
        >
          <Icon size={16} strokeWidth={1.75} />
          {label}
        </IntentLink>
      ))}
      {pages.length < places && (
        <a href="/api/docs" className={cn(item, 'text-muted')}>
          <BookOpen size={16} strokeWidth={1.75} />
          API
        </a>
      )}
    </nav>
  )
}
