import { UserRound } from 'lucide-react'
import { usePathname, useSearchParams } from 'next/navigation'
import { Button } from '@/components/ui/button'
import { IntentLink } from '@/components/ui/intent-link'
import { Menu } from '@/components/ui/menu'
import { toReturnPath, toSignIn } from '@/lib/links'
import { session, useSessionState } from '@/lib/session'
import type { Session } from '@/lib/session-store'
import { showToast } from '@/lib/toast'

function SignInLink() {
  const search = useSearchParams().toString()
  const pathname = usePathname()
  const here = search === '' ? pathname : `${pathname}?${search}`
  return (
    <IntentLink
      href={pathname === '/sign-in' ? here : toSignIn(toReturnPath(here))}
      className="flex h-8 items-center gap-2 rounded-control px-2 text-[13px] font-medium text-muted hover:bg-raised hover:text-text sm:border sm:border-line-strong sm:px-3 sm:text-text"
    >
      <UserRound size={16} strokeWidth={1.75} className="sm:hidden" />
      <span className="sr-only sm:not-sr-only sm:whitespace-nowrap">Sign in</span>
    </IntentLink>
  )
}

const signOut = (): void => {
  session.signOut().catch((error: Error) => showToast(`Can't sign out. ${error.message}`))
}

function SignedIn({ user }: { user: Session }) {
  const name = user.full_name ?? user.email
  return (
    <Menu
      trigger={
        <Button variant="plain" size="icon" aria-label={`Account of ${name}`}>
          <span
            aria-hidden
            className="flex size-6 items-center justify-center rounded-full border border-line-strong bg-raised text-[12px] font-semibold text-text uppercase"
          >
            {[...name][0]}
          </span>
        </Button>
      }
    >
      {({ MenuItem, MenuLabel, MenuLine, MenuLink }) => (
        <>
          <MenuLabel className="grid max-w-64 px-2 pt-2 pb-1">
            <span className="truncate font-medium">{name}</span>
            <span className="truncate text-[12px] text-muted">{user.full_name === null ? user.role : user.email}</span>
          </MenuLabel>
          <MenuLine />
          <MenuLink href="/account">Account</MenuLink>
          <MenuLink href="/market?list=watchlist">Watchlist</MenuLink>
          {user.role === 'administrator' && <MenuLink href="/sql">SQL</MenuLink>}
          <MenuLine />
          <MenuItem onSelect={signOut}>Sign out</MenuItem>
        </>
      )}
    </Menu>
  )
}

/** The account menu, or a sign-in link. `startsSignedIn`: the state in the server's HTML. */
export function AccountMenu({ startsSignedIn }: { startsSignedIn: boolean }) {
  const { status, session: user } = useSessionState()
  if (user !== null) return <SignedIn user={user} />
  return status === 'unknown' && startsSignedIn ? <span aria-hidden className="size-8" /> : <SignInLink />
}
