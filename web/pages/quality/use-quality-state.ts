import { checkNames } from '@contract/lists.ts'
import { useQueryStates } from 'nuqs'
import { type QualityState, qualityParsers, toHref } from './quality-url-state'

const closed: QualityState = { check: null, result: null, hours: '24', hour: null }

const toCheck = (name: string) => checkNames.find((each) => each === name) ?? null

/** The URL state of the page, and links that change it. */
export function useQualityState() {
  const [state, setState] = useQueryStates(qualityParsers, { history: 'push' })
  const go = (change: Partial<QualityState>) => void setState(change)
  const linkTo = (change: Partial<QualityState>) => ({
    href: toHref({ ...state, ...change }),
    onGo: () => go(change),
  })
  /** Opens a check at its newest result, or at the worst of an hour. */
  const open = (name: string, hour: number | null = null) => ({ ...closed, check: toCheck(name), hour })
  return { state, go, linkTo, open, close: () => go(closed) }
}
