import { useQueryStates } from 'nuqs'
import { type PipelineState, pipelineParsers, toHref } from './pipeline-url-state'

/** The state of the page in its URL, how to change it, and the address and action of a link that does. */
export function usePipelineState() {
  const [state, setState] = useQueryStates(pipelineParsers, { history: 'push' })
  const go = (change: Partial<PipelineState>) => void setState(change)
  const linkTo = (change: Partial<PipelineState>) => ({
    href: toHref({ ...state, ...change }),
    onGo: () => go(change),
  })
  return { state, go, linkTo }
}
