import { channelDetails } from '@contract/notification-lists.ts'
import type { Channel, ChannelList } from '@contract/notifications.ts'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { changeChannel, deleteChannel, fetchChannels, sendVerification, testChannel } from '@/lib/notifications'
import { showToast } from '@/lib/toast'
import { Deliveries } from './deliveries'
import { NewChannel } from './new-channel'
import { Section } from './section'

type Actions = { onTest: () => void; onToggle: () => void; onDelete: () => void; busy: boolean }

function Row({ each, busy, onTest, onToggle, onDelete }: { each: Channel } & Actions) {
  const [isConfirming, setConfirming] = useState(false)
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-[13px]">
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-medium break-words">{each.name}</p>
        <p className="text-[12px] break-words text-muted">
          {channelDetails[each.kind].label} · {each.target}
          {!each.is_active && ' · Paused'}
        </p>
      </div>
      <div className="flex items-center gap-2">
        <Button
          className="min-w-20"
          disabled={busy}
          onClick={onToggle}
          aria-label={`${each.is_active ? 'Pause' : 'Resume'} ${each.name}`}
        >
          {each.is_active ? 'Pause' : 'Resume'}
        </Button>
        <Button disabled={busy} onClick={onTest} aria-label={`Send a test to ${each.name}`}>
          Send test
        </Button>
        <Button
          variant={isConfirming ? 'danger' : 'outline'}
          disabled={busy}
          onClick={() => (isConfirming ? onDelete() : setConfirming(true))}
          onBlur={() => setConfirming(false)}
          aria-label={`${isConfirming ? 'Confirm: delete' : 'Delete'} ${each.name}`}
        >
          {isConfirming ? 'Confirm' : 'Delete'}
        </Button>
      </div>
    </li>
  )
}

/** Asks to confirm the email of the account, where this server sends email. */
function EmailNotice({ email }: { email: ChannelList['email'] }) {
  const { mutate, isPending, isSuccess } = useMutation({
    networkMode: 'always',
    mutationFn: sendVerification,
    onError: (failed) => showToast(`Can't send the link. ${failed.message}`),
  })
  if (!email.is_configured || email.is_verified) return null
  return (
    <div className="flex flex-wrap items-center gap-3 border-b border-line px-4 py-2.5 text-[13px]">
      <p className="min-w-0 flex-1 basis-56" role="status">
        {isSuccess
          ? 'A link is on its way. Open it within 24 hours.'
          : 'Your email is not confirmed. Confirm it to receive notifications there.'}
      </p>
      {!isSuccess && (
        <Button disabled={isPending} onClick={() => mutate()}>
          Send link
        </Button>
      )}
    </div>
  )
}

/** The channels of the account: add, test, pause, delete. Then what was delivered to them. */
export function Channels({ userId }: { userId: number }) {
  const client = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const queryKey = ['channels', userId]
  const { data, error, refetch } = useQuery({ queryKey, queryFn: fetchChannels })
  const refresh = () => client.invalidateQueries({ queryKey })
  const change = useMutation({
    networkMode: 'always',
    mutationFn: ({ id, isActive }: { id: number; isActive: boolean }) => changeChannel(id, { is_active: isActive }),
    onError: (failed) => showToast(`Can't change the channel. ${failed.message}`),
    onSettled: refresh,
  })
  const remove = useMutation({
    networkMode: 'always',
    mutationFn: ({ id }: Channel) => deleteChannel(id),
    onError: (failed) => showToast(`Can't delete the channel. ${failed.message}`),
    onSuccess: (_data, { name }) => showToast(`Deleted ${name}.`, 'success'),
    onSettled: refresh,
  })
  const trial = useMutation({
    networkMode: 'always',
    mutationFn: ({ id }: Channel) => testChannel(id),
    onError: (failed) => showToast(`Can't send a test. ${failed.message}`),
    onSuccess: ({ is_delivered, error: reason }, { name }) =>
      is_delivered ? showToast(`Test sent to ${name}.`, 'success') : showToast(`The test failed. ${reason}`),
  })
  const busy = change.isPending || remove.isPending || trial.isPending
  return (
    <div id="notifications" className="grid min-w-0 scroll-mt-16 gap-3">
      <Section
        title="Notifications"
        aside={data !== undefined && !isAdding && <Button onClick={() => setAdding(true)}>Add channel</Button>}
      >
        {data !== undefined && <EmailNotice email={data.email} />}
        {data !== undefined && isAdding && (
          <NewChannel list={data} onCreated={() => void refresh()} onClose={() => setAdding(false)} />
        )}
        {data === undefined && error === null && <Skeleton className="m-4 h-20" />}
        {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
        {data?.items.length === 0 && !isAdding && (
          <p className="p-4 text-[13px] text-muted">
            No channels. Notifications appear at the bell above. A channel also sends them to your browser, phone, chat
            or server.
          </p>
        )}
        <ul className="divide-y divide-line">
          {data?.items.map((each) => (
            <Row
              key={each.id}
              each={each}
              busy={busy}
              onTest={() => trial.mutate(each)}
              onToggle={() => change.mutate({ id: each.id, isActive: !each.is_active })}
              onDelete={() => remove.mutate(each)}
            />
          ))}
        </ul>
      </Section>
      {data !== undefined && data.items.length > 0 && <Deliveries userId={userId} />}
    </div>
  )
}
