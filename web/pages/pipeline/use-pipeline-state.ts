import { useQueryStates } from 'nuqs'
import { type PipelineState, pipelineParsers, toHref } from './pipeline-url-state'

/** The URL state of the page, and links that change it. */
export function usePipelineState() {
  const [state, setState] = useQueryStates(pipelineParsers, { history: 'push' })
  const go = (change: Partial<PipelineState>) => void setState(change)
  const linkTo = (change: Partial<PipelineState>) => ({
    href: toHref({ ...state, ...change }),
    onGo: () => go(change),
  })
  return { state, go, linkTo }
}
