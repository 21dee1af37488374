import Router from 'next/router'
import { useEffect } from 'react'

let isAlive = false
let isChanging = false
let step: (() => void) | undefined

function takeStep(): void {
  if (step !== undefined) setTimeout(step)
  step = undefined
}

function onEnd(): void {
  isChanging = false
  takeStep()
}

// From the start: a step may come before the page is alive.
Router.ready(() => {
  Router.beforePopState(({ url, as, options }) => {
    if (isAlive && !isChanging) return true
    step = () => void Router.replace(url, as, options)
    return false
  })
  Router.events.on('routeChangeStart', (_: string, { shallow }: { shallow: boolean }) => {
    isChanging = shallow
  })
  Router.events.on('routeChangeComplete', onEnd)
  Router.events.on('routeChangeError', onEnd)
})

/**
 * A step back that comes while the page still follows a change of its own URL waits for that change: the state that the
 * URL holds would miss the step otherwise, and the page would show what the address no longer says. One that comes before
 * the page is alive waits for that: Next would break off to bring the page to life.
 */
export function useOrderlyBack(): void {
  useEffect(() => {
    isAlive = true
    takeStep()
  }, [])
}
