import type { SqlViews } from '@contract/sql.ts'
import type { RefObject } from 'react'

type ViewListProps = { views: SqlViews['items']; editor: RefObject<HTMLTextAreaElement | null> }

/** The views with their columns; a view can be queried with one click. */
export function ViewList({ views, editor }: ViewListProps) {
  return (
    <section className="panel min-w-0" aria-label="Views">
      <h2 className="border-b border-line px-4 py-3 text-[14px] font-semibold">Views</h2>
      <ul className="divide-y divide-line text-[13px]">
        {views.map(({ name, description, columns }) => (
          <li key={name}>
            <details>
              <summary className="cursor-pointer px-4 py-2 font-mono text-[12px] hover:bg-raised">{name}</summary>
              <div className="px-4 pb-3">
                <p className="mb-2 text-[12px] text-muted">{description}</p>
                <button
                  type="button"
                  className="mb-2 text-[12px] text-accent underline-offset-2 hover:underline"
                  onClick={() => {
                    if (editor.current === null) return
                    editor.current.value = `select *\nfrom ${name}\nlimit 20`
                    editor.current.focus()
                  }}
                >
                  Select 20 rows
                </button>
                <dl className="grid gap-1.5">
                  {columns.map((column) => (
                    <div key={column.name} className="min-w-0">
                      <dt className="font-mono text-[12px] break-words">
                        {column.name} <span className="text-faint">{column.type}</span>
                      </dt>
                      <dd className="text-[12px] text-muted">{column.description}</dd>
                    </div>
                  ))}
                </dl>
              </div>
            </details>
          </li>
        ))}
      </ul>
    </section>
  )
}
