import { useRouter, useSearchParams } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { toReturnPath } from '@/lib/links'
import { useSession } from '@/lib/session'

/** The page to return to. After sign-in it navigates there. */
export function useArrival(): string {
  const router = useRouter()
  const back = toReturnPath(useSearchParams().get('next'))
  const userId = useSession()?.id
  const hasArrived = useRef(false)
  useEffect(() => {
    if (userId === undefined || hasArrived.current) return
    hasArrived.current = true
    router.replace(back)
  }, [userId, back, router])
  return back
}
