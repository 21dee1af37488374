import type { Notification } from '@contract/notifications.ts'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Bell as BellIcon } from 'lucide-react'
import { useRouter } from 'next/router'
import { useEffect, useRef } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Menu } from '@/components/ui/menu'
import { formatAge } from '@/lib/format'
import { fetchNotifications, markAllRead, markRead } from '@/lib/notifications'
import { showToast } from '@/lib/toast'

const shown = 20
const pollMs = 10_000
const maxCount = 99

/** Shows a toast for each notification that arrives while the page is open: the newest one of a poll. */
function useToasts(items: readonly Notification[] | undefined): void {
  const newest = useRef<number | null>(null)
  const { push } = useRouter()
  useEffect(() => {
    const [first] = items ?? []
    if (items === undefined) return
    const known = newest.current
    newest.current = first?.id ?? 0
    if (known === null || first === undefined || first.id <= known || first.is_read) return
    const open = () => {
      void markRead(first.id)
      void push(first.path)
    }
    showToast(first.title, 'success', { label: 'Open', run: open })
  }, [items, push])
}

function Entry({ each }: { each: Notification }) {
  return (
    <span className="grid min-w-0 flex-1 gap-0.5">
      <span className="flex items-baseline gap-2">
        <span className={cn('min-w-0 flex-1 break-words', !each.is_read && 'font-medium')}>
          {!each.is_read && (
            <span className="mr-1.5 inline-block size-1.5 rounded-full bg-accent align-middle">
              <span className="sr-only">Unread: </span>
            </span>
          )}
          {each.title}
        </span>
        <span className="num shrink-0 text-[12px] text-muted">{formatAge(Date.now() - Date.parse(each.at))}</span>
      </span>
      {each.text !== '' && <span className="line-clamp-2 text-[12px] break-words text-muted">{each.text}</span>}
    </span>
  )
}

/** Unread count, and the latest notifications. */
export function Bell({ userId }: { userId: number }) {
  const client = useQueryClient()
  const queryKey = ['notifications', userId]
  const { data } = useQuery({
    queryKey,
    queryFn: () => fetchNotifications(shown),
    refetchInterval: pollMs,
    staleTime: pollMs / 2,
  })
  useToasts(data?.items)
  const { mutate } = useMutation({
    networkMode: 'always',
    mutationFn: (id: number | null) => (id === null ? markAllRead() : markRead(id)),
    onError: (failed) => showToast(`Can't mark it as read. ${failed.message}`),
    onSettled: () => client.invalidateQueries({ queryKey }),
  })
  const unread = data?.unread ?? 0
  const label = unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`
  return (
    <Menu
      trigger={
        <Button variant="plain" size="icon" aria-label={label} title={label} className="relative">
          <BellIcon size={16} strokeWidth={1.75} />
          {unread > 0 && (
            <span
              aria-hidden
              data-testid="unread"
              className="num absolute top-0 right-0 min-w-4 rounded-full bg-accent px-1 text-center text-[10px] leading-4 font-semibold text-bg"
            >
              {unread > maxCount ? `${maxCount}+` : unread}
            </span>
          )}
        </Button>
      }
    >
      {({ MenuEntry, MenuItem, MenuLabel, MenuLine, MenuLink }) => (
        <div className="w-80 max-w-[calc(100vw-24px)]">
          <MenuLabel className="px-2 pt-2 pb-1 font-medium">Notifications</MenuLabel>
          {data?.items.length === 0 && (
            <MenuLabel className="px-2 pt-1 pb-2 text-muted">Nothing yet. Alerts that trigger appear here.</MenuLabel>
          )}
          <div className="max-h-[min(24rem,60dvh)] overflow-y-auto overscroll-contain">
            {data?.items.map((each) => (
              <MenuEntry key={each.id} href={each.path} onSelect={() => each.is_read || mutate(each.id)}>
                <Entry each={each} />
              </MenuEntry>
            ))}
          </div>
          <MenuLine />
          {unread > 0 && <MenuItem onSelect={() => mutate(null)}>Mark all as read</MenuItem>}
          <MenuLink href="/account#notifications">Channels and deliveries</MenuLink>
        </div>
      )}
    </Menu>
  )
}
