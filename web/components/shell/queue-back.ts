import Router from 'next/router'

/**
 * Runs a back navigation that arrives during a shallow URL change after that change. Otherwise the state that nuqs keeps
 * in the URL misses it, and the page no longer matches its address.
 */
export function queueBackNavigation(): void {
  let isChanging = false
  let queued: (() => void) | undefined
  const onChangeEnd = () => {
    isChanging = false
    if (queued !== undefined) setTimeout(queued)
    queued = undefined
  }
  Router.beforePopState(({ url, as, options }) => {
    if (!isChanging) return true
    queued = () => void Router.replace(url, as, options)
    return false
  })
  Router.events.on('routeChangeStart', (_: string, { shallow }: { shallow: boolean }) => {
    isChanging = shallow
  })
  Router.events.on('routeChangeComplete', onChangeEnd)
  Router.events.on('routeChangeError', onChangeEnd)
}
