import { useQuery } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import {
  formatStudies,
  getStudyKind,
  maxStudies,
  nameStudy,
  parseStudies,
  type StudyChoice,
  studyIds,
  toParameter,
  toStudy,
} from '@/components/charts/studies'
import { Button } from '@/components/ui/button'
import { input, Labeled } from '@/components/ui/field'
import { IntentLink } from '@/components/ui/intent-link'
import { Modal } from '@/components/ui/modal'
import { fetchCoins } from '@/lib/api'
import { compareHref } from '@/lib/links'
import { maxCompared } from './chart-state'

type StudiesProps = {
  /** The indicators, as the URL names them: `ema-50,rsi-14`. */
  ind: string
  onChange: (text: string) => void
  onClose: () => void
}

/** Adds, changes and removes indicators. */
export function StudiesDialog({ ind, onChange, onClose }: StudiesProps) {
  const studies = parseStudies(ind)
  const change = (next: readonly StudyChoice[]) => onChange(formatStudies(next))
  const setParameter = (at: number, which: number, text: string) =>
    change(
      studies.map((study, index) => {
        const parameter = getStudyKind(study.id).parameters[which]
        if (index !== at || parameter === undefined) return study
        return { ...study, parameters: study.parameters.with(which, toParameter(parameter, text)) }
      }),
    )
  return (
    <Modal title="Indicators" onClose={onClose}>
      <div className="grid gap-4 overflow-auto p-4">
        {studies.length > 0 && (
          <ul className="grid gap-2">
            {studies.map((study, index) => {
              const { label, parameters } = getStudyKind(study.id)
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: the same indicator may be there twice
                <li key={index} className="flex flex-wrap items-end gap-3 border-b border-line pb-2">
                  <span className="min-w-32 flex-1 self-center text-[13px] font-medium">{label}</span>
                  {parameters.map(({ name, min, max }, which) => (
                    <label key={name} className="grid gap-1 text-[12px] text-muted">
                      {name}
                      <input
                        type="number"
                        min={min}
                        max={max}
                        defaultValue={study.parameters[which]}
                        onBlur={(event) => setParameter(index, which, event.target.value)}
                        onKeyDown={(event) =>
                          event.key === 'Enter' && setParameter(index, which, event.currentTarget.value)
                        }
                        className="num h-8 w-20 rounded-control border border-line-strong bg-surface px-2 text-[13px] text-text"
                      />
                    </label>
                  ))}
                  <Button
                    variant="plain"
                    size="icon"
                    aria-label={`Remove ${nameStudy(study)}`}
                    onClick={() => change(studies.toSpliced(index, 1))}
                  >
                    <X size={16} strokeWidth={1.75} />
                  </Button>
                </li>
              )
            })}
          </ul>
        )}
        <ul className="grid gap-1">
          {studyIds.map((id) => {
            const { label, about } = getStudyKind(id)
            return (
              <li key={id}>
                <button
                  type="button"
                  disabled={studies.length >= maxStudies}
                  onClick={() => change([...studies, toStudy(id)])}
                  className="flex w-full items-center gap-3 rounded-control px-2 py-1.5 text-left text-[13px] hover:bg-line disabled:opacity-40"
                >
                  <Plus size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
                  <span className="w-32 shrink-0 font-medium">{label}</span>
                  <span className="text-muted">{about}</span>
                </button>
              </li>
            )
          })}
        </ul>
        <div className="flex justify-end">
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Modal>
  )
}

type CompareProps = { vs: readonly string[]; self: string; onChange: (ids: string[]) => void; onClose: () => void }

/** Adds and removes coins to compare with. */
export function CompareDialog({ vs, self, onChange, onClose }: CompareProps) {
  const list = useId()
  const field = useId()
  const [text, setText] = useState('')
  const [error, setError] = useState<string>()
  const search = text.trim()
  const { data } = useQuery({
    queryKey: ['compare', search],
    queryFn: () => fetchCoins({ search, per_page: 20 }),
    staleTime: 60_000,
  })
  const coins = data?.items.filter(({ coingecko_id }) => coingecko_id !== self) ?? []
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const lower = search.toLowerCase()
    const found =
      coins.find((coin) => [coin.name, coin.symbol, coin.coingecko_id].some((each) => each.toLowerCase() === lower)) ??
      coins[0]
    if (search === '' || found === undefined) return setError('No tracked coin has this name. Choose one of the list.')
    setError(undefined)
    setText('')
    if (!vs.includes(found.coingecko_id)) onChange([...vs, found.coingecko_id].slice(-maxCompared))
  }
  return (
    <Modal title="Compare" onClose={onClose}>
      <div className="grid gap-4 overflow-auto p-4">
        <p className="text-[13px] text-muted">
          Each coin starts at 0% at the left edge. Choose Base 100 as the price axis to start at 100.
        </p>
        <form onSubmit={submit} className="flex items-end gap-2">
          <div className="flex-1">
            <Labeled id={field} label="Coin" error={error}>
              <input
                id={field}
                list={list}
                value={text}
                autoComplete="off"
                onChange={(event) => setText(event.target.value)}
                className={input}
              />
            </Labeled>
            <datalist id={list}>
              {coins.map(({ coingecko_id, name, symbol }) => (
                <option key={coingecko_id} value={name}>
                  {symbol.toUpperCase()}
                </option>
              ))}
            </datalist>
          </div>
          <Button type="submit" size="tall">
            Add
          </Button>
        </form>
        {vs.length > 0 && (
          <ul className="grid gap-1">
            {vs.map((id) => (
              <li key={id} className="flex items-center justify-between text-[13px]">
                {id}
                <Button
                  variant="plain"
                  size="icon"
                  aria-label={`Remove ${id}`}
                  onClick={() => onChange(vs.filter((each) => each !== id))}
                >
                  <X size={16} strokeWidth={1.75} />
                </Button>
              </li>
            ))}
          </ul>
        )}
        <div className="flex items-center justify-between gap-3">
          <IntentLink href={compareHref([self, ...vs])} className="text-[13px] text-accent underline">
            Compare return, risk and correlation
          </IntentLink>
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Modal>
  )
}

type DatesProps = {
  from: string | null
  to: string | null
  onChange: (dates: { from: string; to: string | null }) => void
  onClose: () => void
}

/** Chooses a range of UTC days. */
export function DatesDialog({ from, to, onChange, onClose }: DatesProps) {
  const [first, last] = [useId(), useId()]
  const [error, setError] = useState<string>()
  const today = new Date().toISOString().slice(0, 10)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const [start, end] = [String(data.get('from')), String(data.get('to'))]
    if (end !== '' && end < start) return setError('The last day must not be before the first.')
    onChange({ from: start, to: end === '' || end >= today ? null : end })
    onClose()
  }
  return (
    <Modal title="Date range" onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4 p-4 sm:grid-cols-2">
        <Labeled id={first} label="First day (UTC)">
          <input id={first} type="date" name="from" required max={today} defaultValue={from ?? ''} className={input} />
        </Labeled>
        <Labeled id={last} label="Last day (UTC)" error={error} hint="Empty: until now">
          <input id={last} type="date" name="to" max={today} defaultValue={to ?? ''} className={input} />
        </Labeled>
        <div className="flex justify-end gap-2 sm:col-span-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary">
            Show
          </Button>
        </div>
      </form>
    </Modal>
  )
}
