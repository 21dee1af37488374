import { PageHead } from '@/components/shell/page-head'
import { PageTitle } from '@/components/ui/page-title'
import { ErrorState } from '@/components/ui/states'

/** Replaces a page that failed to render, on the server or in the browser. */
export default function PageError() {
  return (
    <>
      <PageHead title="Error" />
      <PageTitle>Error</PageTitle>
      <ErrorState
        message="This page failed to load. The other pages still work. Try again."
        onRetry={() => location.reload()}
      />
    </>
  )
}
