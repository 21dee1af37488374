import { useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearchParams } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { toReturnPath } from '@/lib/links'
import { useSession } from '@/lib/session'
import { showToast } from '@/lib/toast'
import { sendStar, takePendingStar } from '@/lib/watchlist'

/** The page to return to. After sign-in it navigates there and adds the coin whose star led to the form. */
export function useArrival(): string {
  const client = useQueryClient()
  const router = useRouter()
  const back = toReturnPath(useSearchParams().get('next'))
  const userId = useSession()?.id
  const hasArrived = useRef(false)
  useEffect(() => {
    if (userId === undefined || hasArrived.current) return
    hasArrived.current = true
    const coinId = takePendingStar(back)
    if (coinId !== undefined)
      sendStar(coinId, true).then(
        () => client.invalidateQueries({ queryKey: ['watchlist'] }),
        (error: Error) => showToast(`Can't add the coin to your watchlist. ${error.message}`),
      )
    router.replace(back)
  }, [userId, back, router, client])
  return back
}
