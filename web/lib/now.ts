import { useEffect, useState } from 'react'

/**
 * The reader's clock in ms, read anew every `everyMs`; null until the page is alive: the server's clock is another, and
 * what it drew must be what the page begins with.
 */
export function useNow(everyMs: number): number | null {
  const [now, setNow] = useState<number | null>(null)
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
