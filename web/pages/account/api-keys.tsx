import type { ApiKey } from '@contract/api-keys.ts'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { fetchApiKeys, revokeApiKey } from '@/lib/accounts'
import { formatAge, formatExact, formatMinute } from '@/lib/format'
import type { Session } from '@/lib/session-store'
import { showToast } from '@/lib/toast'
import { NewKey } from './new-key'
import { Section } from './section'

function Row({ each, onRevoke, busy }: { each: ApiKey; onRevoke: () => void; busy: boolean }) {
  const [isConfirming, setConfirming] = useState(false)
  const limit = each.requests_per_minute === null ? '' : `, ${formatExact(each.requests_per_minute)} requests/min`
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-[13px]">
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-medium break-words">{each.name}</p>
        <p className="num text-[12px] text-muted">
          <code>{each.prefix}…</code> · {each.scopes.join(', ')}
          {limit}
        </p>
      </div>
      <p className="num text-[12px] text-muted" title={`Created ${formatMinute(each.created_at)} UTC`}>
        {each.last_used_at === null
          ? 'Never used'
          : `Last used ${formatAge(Date.now() - Date.parse(each.last_used_at))} ago`}
      </p>
      <Button
        variant={isConfirming ? 'danger' : 'outline'}
        disabled={busy}
        onClick={() => (isConfirming ? onRevoke() : setConfirming(true))}
        onBlur={() => setConfirming(false)}
        aria-label={`${isConfirming ? 'Confirm: revoke' : 'Revoke'} ${each.name}`}
      >
        {isConfirming ? 'Confirm' : 'Revoke'}
      </Button>
    </li>
  )
}

/** The API keys of the account: create, copy once, revoke. */
export function ApiKeys({ account }: { account: Session }) {
  const client = useQueryClient()
  const [isCreating, setCreating] = useState(false)
  const queryKey = ['api-keys', account.id]
  const { data, error, refetch } = useQuery({ queryKey, queryFn: fetchApiKeys })
  const { mutate, isPending } = useMutation({
    networkMode: 'always',
    mutationFn: ({ id }: ApiKey) => revokeApiKey(id),
    onError: (failed) => showToast(`Can't revoke the key. ${failed.message}`),
    onSuccess: (_data, { name }) => showToast(`Revoked ${name}.`, 'success'),
    onSettled: () => client.invalidateQueries({ queryKey }),
  })
  return (
    <Section title="API keys" aside={!isCreating && <Button onClick={() => setCreating(true)}>Create key</Button>}>
      {isCreating && (
        <NewKey
          isAdmin={account.role === 'administrator'}
          onCreated={() => void client.invalidateQueries({ queryKey })}
          onClose={() => setCreating(false)}
        />
      )}
      {data === undefined && error === null && <Skeleton className="m-4 h-20" />}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && !isCreating && (
        <p className="p-4 text-[13px] text-muted">
          No keys. Programs send a key instead of your password, limited to what you allow.
        </p>
      )}
      <ul className="divide-y divide-line">
        {data?.items.map((each) => (
          <Row key={each.id} each={each} busy={isPending} onRevoke={() => mutate(each)} />
        ))}
      </ul>
      <p className="mt-auto border-t border-line px-4 py-2.5 text-[12px] text-faint">
        Send a key as <code>Authorization: Bearer cf_…</code> or <code>x-api-key</code>. It works until you revoke it.
      </p>
    </Section>
  )
}
