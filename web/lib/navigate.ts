import Router from 'next/router'
import { livePrices } from './live.ts'
import { showToast } from './toast.ts'

const patienceMs = 3000

/** Does the server answer? Asked only while the stream is closed, which it is at once when the server stops. */
const isReachable = async (): Promise<boolean> => {
  if (livePrices.connection().open) return true
  return fetch('/livez', { cache: 'no-store', signal: AbortSignal.timeout(patienceMs) }).then(
    ({ ok }) => ok,
    () => false,
  )
}

/**
 * Opens a page of this app. While the server is down it keeps the page that is shown, and offers to try again: Next would
 * load the address, and the browser would show its own error page.
 */
export async function navigate(href: string): Promise<void> {
  if (await isReachable()) {
    await Router.push(href)
    return
  }
  showToast("Can't reach the server. This page stays as it was.", 'error', {
    label: 'Retry',
    run: () => void navigate(href),
  })
}
