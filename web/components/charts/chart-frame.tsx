import { ChartLine, Download, Table2 } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Menu } from '@/components/ui/menu'
import { useOptimisticState } from '@/lib/hooks'
import { showToast } from '@/lib/toast'
import { type ChartTable, toCsv } from './chart-table'
import { DataTable } from './data-table'
import { download, toImage } from './download'
import { type Method, MethodPopover } from './method'

type ChartFrameProps<T> = {
  title: string
  /** One sentence for newcomers. */
  sentence: string
  method: Method
  /** The data for the table and the CSV, computed when one of them is opened. */
  toTable: () => ChartTable<T>
  /** Name of the downloads, without extension. */
  fileName: string
  /** The chart as a canvas, null before it is drawn; absent for charts without image download. */
  toCanvas?: () => HTMLCanvasElement | null
  controls?: ReactNode
  legend: ReactNode
  /** Classes of the table: the height of the chart. */
  tableClassName: string
  className?: string
  children: ReactNode
}

type DownloadMenuProps<T> = Pick<ChartFrameProps<T>, 'toTable' | 'fileName' | 'sentence'> & {
  toCanvas: ChartFrameProps<T>['toCanvas'] | undefined
}

function DownloadMenu<T>({ toTable, fileName, sentence, toCanvas }: DownloadMenuProps<T>) {
  const saveCsv = () => download(new Blob([toCsv(toTable())], { type: 'text/csv' }), `${fileName}.csv`)
  const saveImage = async () => {
    const canvas = toCanvas?.()
    const image = canvas && (await toImage(canvas, { title: toTable().caption, note: sentence }))
    if (image) download(image, `${fileName}.png`)
  }
  const trySaveImage = () => void saveImage().catch(() => showToast("Can't create the image. Try again."))
  return (
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
          {toCanvas !== undefined && <MenuItem onSelect={trySaveImage}>Image (PNG)</MenuItem>}
        </>
      )}
    </Menu>
  )
}

/** Frame of every chart: title, description, methodology, data table, downloads and legend. */
export function ChartFrame<T>(props: ChartFrameProps<T>) {
  const { title, sentence, method, toTable, fileName, toCanvas, controls, legend, children } = props
  const [isTable, setIsTable] = useState(false)
  const [isTableShown, showTable] = useOptimisticState(isTable, setIsTable)
  const heading = useId()
  const hasControls = controls !== undefined && controls !== false
  const Icon = isTableShown ? ChartLine : Table2
  const other = isTableShown ? 'Show the chart' : 'Show data'
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
          <Button variant="plain" size="icon" aria-label={other} title={other} onClick={() => showTable(!isTableShown)}>
            <Icon size={16} strokeWidth={1.75} />
          </Button>
          <DownloadMenu {...{ toTable, fileName, sentence }} toCanvas={isTable ? undefined : toCanvas} />
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
