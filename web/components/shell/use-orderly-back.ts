import Router from 'next/router'
import { useEffect } from 'react'

/**
 * A step back that comes while the page still follows a change of its own URL waits for that change: the state that the
 * URL holds would miss the step otherwise, and the page would show what the address no longer says.
 */
export function useOrderlyBack(): void {
  useEffect(() => {
    let isChanging = false
    let step: (() => void) | undefined
    const onStart = (_: string, { shallow }: { shallow: boolean }) => {
      isChanging = shallow
    }
    const onEnd = () => {
      isChanging = false
      if (step !== undefined) setTimeout(step)
      step = undefined
    }
    Router.beforePopState(({ url, as, options }) => {
      if (isChanging) step = () => void Router.replace(url, as, options)
      return !isChanging
    })
    Router.events.on('routeChangeStart', onStart)
    Router.events.on('routeChangeComplete', onEnd)
    Router.events.on('routeChangeError', onEnd)
    return () => {
      Router.beforePopState(() => true)
      Router.events.off('routeChangeStart', onStart)
      Router.events.off('routeChangeComplete', onEnd)
      Router.events.off('routeChangeError', onEnd)
    }
  }, [])
}
