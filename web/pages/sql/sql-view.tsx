import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { fetchSqlViews } from '@/lib/accounts'
import { useRequiredSession } from '@/lib/use-required-session'
import { Console } from './console'
import { ViewList } from './view-list'

/** The SQL console; for administrators. */
export function SqlView() {
  const account = useRequiredSession()
  return (
    <>
      <h1 className="mb-3 text-[20px] leading-8 font-semibold">SQL</h1>
      {account === null && <Skeleton className="h-60" />}
      {account !== null && account.role !== 'administrator' && (
        <p className="panel p-4 text-[13px] text-muted">
          Only administrators run SQL here. They can also give you an API key with the scope sql.
        </p>
      )}
      {account?.role === 'administrator' && <Workspace userId={account.id} />}
    </>
  )
}

function Workspace({ userId }: { userId: number }) {
  const editor = useRef<HTMLTextAreaElement>(null)
  const { data, error, refetch } = useQuery({ queryKey: ['sql-views', userId], queryFn: fetchSqlViews })
  if (error !== null && data === undefined) return <ErrorState message={error.message} onRetry={() => void refetch()} />
  return (
    <div className="grid grid-cols-1 items-start gap-3 lg:grid-cols-[minmax(0,1fr)_280px]">
      <Console editor={editor} views={data?.items ?? []} />
      {data === undefined ? <Skeleton className="h-60" /> : <ViewList views={data.items} editor={editor} />}
    </div>
  )
}
