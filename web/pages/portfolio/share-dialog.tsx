import type { Portfolio } from '@contract/portfolios.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Modal } from '@/components/ui/modal'
import { formatMinute } from '@/lib/format'
import { createShare, fetchShares, revokeShare } from '@/lib/portfolios'
import { showToast } from '@/lib/toast'

/** Creates, shows once and revokes links that show the portfolio. */
export function ShareDialog({ portfolio, onClose }: { portfolio: Portfolio; onClose: () => void }) {
  const [hides, setHides] = useState(true)
  const [link, setLink] = useState<string | null>(null)
  const { data, refetch } = useQuery({
    queryKey: ['portfolio', portfolio.id, 'shares'],
    queryFn: () => fetchShares(portfolio.id),
  })
  const { mutate, isPending } = useMutation({
    networkMode: 'always',
    mutationFn: async (act: () => Promise<void>) => act(),
    onError: (failed) => showToast(failed.message),
    onSettled: () => refetch(),
  })
  const create = async () => {
    const { path } = await createShare(portfolio.id, hides)
    setLink(new URL(path, window.location.href).href)
  }
  return (
    <Modal title="Share link" onClose={onClose}>
      <div className="grid gap-4 overflow-y-auto p-4 text-[13px]">
        <p className="text-muted">Anyone with the link sees the holdings of {portfolio.name}, but no transactions.</p>
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={hides} onChange={(event) => setHides(event.target.checked)} />
          Hide amounts: show shares and returns in percent only
        </label>
        <Button variant="primary" size="tall" disabled={isPending} onClick={() => mutate(create)}>
          Create link
        </Button>
        {link !== null && (
          <p className="break-all rounded-control border border-line-strong p-3">
            <span className="mb-1 block text-muted">Copy it now. It isn't shown again.</span>
            <code>{link}</code>
          </p>
        )}
        <ul className="divide-y divide-line">
          {data?.items.map((share) => (
            <li key={share.id} className="flex items-center justify-between gap-3 py-2">
              <span className="num">
                {formatMinute(share.created_at)} UTC, {share.hides_amounts ? 'amounts hidden' : 'with amounts'}
              </span>
              <Button disabled={isPending} onClick={() => mutate(() => revokeShare(portfolio.id, share.id))}>
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </Modal>
  )
}
