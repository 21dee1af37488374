import type { SqlResult, SqlViews } from '@contract/sql.ts'
import { useMutation } from '@tanstack/react-query'
import { type KeyboardEvent, type RefObject, useState } from 'react'
import { Button } from '@/components/ui/button'
import { runSql } from '@/lib/accounts'
import { complete, suggest } from './completion'
import { Result } from './result'

const example = `select c.name, v.volatility_annualized, v.sharpe_ratio
from market.volatility v
join market.coins c using (coin_id)
where v.period_days = 90
order by v.volatility_annualized
limit 20`

type ConsoleProps = { editor: RefObject<HTMLTextAreaElement | null>; views: SqlViews['items'] }

/** The editor with completion, and the result of the last statement. */
export function Console({ editor, views }: ConsoleProps) {
  const [suggestions, setSuggestions] = useState<readonly string[]>([])
  const { mutate, data, error, isPending } = useMutation<SqlResult, Error>({
    networkMode: 'always',
    mutationFn: () => runSql(editor.current?.value ?? ''),
  })
  const update = () => setSuggestions(editor.current === null ? [] : suggest(views, editor.current))
  const accept = (name: string) => {
    if (editor.current === null) return
    const { text, caret } = complete(editor.current, name)
    editor.current.value = text
    editor.current.focus()
    editor.current.setSelectionRange(caret, caret)
    update()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.ctrlKey && !event.metaKey) return
    if (event.key === 'Enter') mutate()
    else if (event.key === ' ' && suggestions[0] !== undefined) accept(suggestions[0])
    else return
    event.preventDefault()
  }
  return (
    <div className="grid min-w-0 gap-3">
      <section className="panel min-w-0" aria-label="Statement">
        <textarea
          ref={editor}
          aria-label="SQL statement"
          aria-describedby="sql-help"
          defaultValue={example}
          onInput={update}
          onKeyDown={onKeyDown}
          rows={9}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          maxLength={20_000}
          className="block w-full resize-y rounded-t-panel bg-bg p-4 font-mono text-[13px] leading-5"
        />
        <ul aria-label="Suggestions" className="flex min-h-8 flex-wrap gap-1 bg-bg px-4 py-1">
          {suggestions.map((name) => (
            <li key={name}>
              <button
                type="button"
                className="min-h-6 rounded-mark border border-line px-1.5 font-mono text-[12px] text-muted hover:text-text"
                onClick={() => accept(name)}
              >
                {name}
              </button>
            </li>
          ))}
        </ul>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-2.5">
          <Button variant="primary" disabled={isPending} onClick={() => mutate()}>
            {isPending ? 'Running' : 'Run'}
          </Button>
          <p id="sql-help" className="text-[12px] text-muted">
            Ctrl+Enter runs, Ctrl+Space completes. One read-only statement, 5 s, 1,000 rows.
          </p>
        </div>
      </section>
      {error !== null && (
        <p role="alert" className="panel p-4 text-[13px] break-words text-down">
          {error.message}
        </p>
      )}
      {data !== undefined && error === null && <Result result={data} />}
    </div>
  )
}
