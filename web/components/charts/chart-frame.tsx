import { ChartLine, Download, Table2 } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Menu } from '@/components/ui/menu'
import { useOptimisticState } from '@/lib/hooks'
import { type ChartTable, toCsv } from './chart-table'
import { DataTable } from './data-table'
import { download, toPicture } from './download'
import { type Method, MethodPopover } from './method'

type ChartFrameProps<T> = {
  title: string
  /** One plain sentence for a newcomer. */
  sentence: string
  method: Method
  /** What is charted, for the table and the CSV; asked for only when one of them is. */
  toTable: () => ChartTable<T>
  /** Name of the downloads, without ending. */
  fileName: string
  /** The drawn chart; null while there is none. Absent: the chart has no picture. */
  toCanvas?: () => HTMLCanvasElement | null
  controls?: ReactNode
  legend: ReactNode
  /** Height of the chart, which its table takes too. */
  tableClassName: string
  className?: string
  children: ReactNode
}

/** What every chart stands in: title, sentence, method, its data as a table, downloads, and its legend. */
export function ChartFrame<T>(props: ChartFrameProps<T>) {
  const { title, sentence, method, toTable, fileName, toCanvas, controls, legend, children } = props
  const [isTable, setIsTable] = useState(false)
  const [isTableChosen, choose] = useOptimisticState(isTable, setIsTable)
  const heading = useId()
  const hasControls = controls !== undefined && controls !== false
  const savePicture = async () => {
    const canvas = toCanvas?.() ?? null
    const picture = canvas === null ? null : await toPicture(canvas, { title: toTable().caption, note: sentence })
    if (picture !== null) download(picture, `${fileName}.png`)
  }
  const saveCsv = () => download(new Blob([toCsv(toTable())], { type: 'text/csv' }), `${fileName}.csv`)
  const Icon = isTableChosen ? ChartLine : Table2
  const other = isTableChosen ? 'Show the chart' : 'Show data'
  return (
    <section className={cn('panel flex min-w-0 flex-col', props.className)} aria-labelledby={heading}>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line py-1.5 pr-2 pl-4">
        <h2
          id={heading}
          className="order-1 min-w-0 flex-1 py-1.5 text-[14px] font-semibold sm:flex-none sm:whitespace-nowrap"
        >
          {title}
        </h2>
        <div className={cn('order-2 ml-auto flex items-center sm:order-3', hasControls && 'sm:ml-0')}>
          <Button variant="plain" size="icon" aria-label={other} title={other} onClick={() => choose(!isTableChosen)}>
            <Icon size={16} strokeWidth={1.75} />
          </Button>
          <Menu
            trigger={
              <Button variant="plain" size="icon" aria-label="Download" title="Download">
                <Download size={16} strokeWidth={1.75} />
              </Button>
            }
          >
            {({ MenuItem }) => (
              <>
                <MenuItem onSelect={saveCsv}>Data (CSV)</MenuItem>
                {toCanvas !== undefined && !isTable && <MenuItem onSelect={savePicture}>Picture (PNG)</MenuItem>}
              </>
            )}
          </Menu>
          <MethodPopover title={title} method={method} />
        </div>
        {hasControls && (
          <div className="order-3 flex w-full flex-wrap gap-2 sm:order-2 sm:ml-auto sm:w-auto">{controls}</div>
        )}
      </header>
      <p className="px-4 pt-2 text-[12px] leading-4 text-muted">{sentence}</p>
      {isTable && <DataTable table={toTable()} className={props.tableClassName} />}
      <div hidden={isTable} className="flex grow flex-col">
        {children}
      </div>
      <footer className="mt-auto border-t border-line px-4 py-3 text-[12px] leading-4 text-muted">{legend}</footer>
    </section>
  )
}
