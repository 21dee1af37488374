import { startTransition, useOptimistic } from 'react'

/** A choice that is shown at once, while what it changes on the page is drawn after: what to show, and how to choose. */
export function useChoice<T>(value: T, onChange: (value: T) => void): [T, (next: T) => void] {
  const [shown, show] = useOptimistic(value)
  const choose = (next: T) =>
    startTransition(() => {
      show(next)
      onChange(next)
    })
  return [shown, choose]
}
