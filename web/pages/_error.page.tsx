import { PageHead } from '@/components/shell/page-head'
import { ErrorState } from '@/components/ui/states'

/** Stands where a page would that could not be drawn, on the server or in the browser. */
export default function PageError() {
  return (
    <>
      <PageHead title="Error" />
      <h1 className="sr-only">Error</h1>
      <ErrorState
        message="This page met an error; the other pages go on. Trying again often helps."
        onRetry={() => location.reload()}
      />
    </>
  )
}
