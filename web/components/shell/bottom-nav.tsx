import { Ellipsis } from 'lucide-react'
import { usePathname, useRouter } from 'next/navigation'
import { cn } from '@/components/ui/cn'
import { IntentLink } from '@/components/ui/intent-link'
import { Menu } from '@/components/ui/menu'
import { pages } from './navigation'

const item = 'flex h-14 flex-1 flex-col items-center justify-center gap-1 text-[12px]'
/** Links besides the menu button. */
const maxLinks = 4
const [shown, hidden] = [pages.slice(0, maxLinks), pages.slice(maxLinks)]

/** Bottom navigation on phones. */
export function BottomNav() {
  const path = usePathname()
  const router = useRouter()
  const isHidden = hidden.some(({ href }) => href === path)
  return (
    <nav aria-label="Main" className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-surface md:hidden">
      {shown.map(({ href, label, icon: Icon }) => (
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
      <Menu
        trigger={
          <button type="button" className={cn(item, isHidden ? 'text-accent' : 'text-muted')}>
            <Ellipsis size={16} strokeWidth={1.75} />
            More
          </button>
        }
      >
        {({ MenuItem }) => (
          <>
            {hidden.map(({ href, label }) => (
              <MenuItem key={href} onSelect={() => router.push(href)}>
                {label}
              </MenuItem>
            ))}
            <MenuItem onSelect={() => location.assign('/api/docs')}>API</MenuItem>
          </>
        )}
      </Menu>
    </nav>
  )
}
