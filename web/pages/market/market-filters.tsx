import { useEffect, useId, useState } from 'react'
import { Button } from '@/components/ui/button'
import { type Bound, type Bounds, boundNames } from './market-url-state'
import { formatAmount, parseAmount } from './parse-amount'

const ranges = [
  { label: 'Market cap, $', min: 'market_cap_min', max: 'market_cap_max', example: '10M' },
  { label: '24h volume, $', min: 'total_volume_min', max: 'total_volume_max', example: '1M' },
  { label: '24h change, %', min: 'price_change_24h_pct_min', max: 'price_change_24h_pct_max', example: '5' },
] as const satisfies { label: string; min: Bound; max: Bound; example: string }[]

type InputProps = { label: string; placeholder: string; value: number | null; onChange: (value: number | null) => void }

/** A number such as 1.5B, taken over with Enter or when the field is left. */
function AmountInput({ label, placeholder, value, onChange }: InputProps) {
  const id = useId()
  const [text, setText] = useState(formatAmount(value))
  useEffect(() => setText(formatAmount(value)), [value])
  const parsed = parseAmount(text)
  const isWrong = parsed === undefined
  const take = () => {
    if (parsed !== undefined && parsed !== value) onChange(parsed)
  }
  return (
    <span className="relative">
      <input
        type="text"
        inputMode="text"
        aria-label={label}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? id : undefined}
        placeholder={placeholder}
        maxLength={20}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => event.key === 'Enter' && take()}
        className="num h-8 w-22 rounded-control border border-line-strong bg-bg px-2 text-[13px] placeholder:text-faint aria-invalid:border-down"
      />
      {isWrong && (
        <span
          id={id}
          role="alert"
          className="absolute top-full left-0 z-20 mt-1 rounded-control border border-line-strong bg-raised px-2 py-1 text-[12px] whitespace-nowrap"
        >
          Enter a number such as 250000, 10M or 1.5B
        </span>
      )}
    </span>
  )
}

type FiltersProps = { bounds: Bounds; onChange: (bounds: Partial<Bounds>) => void }

/** Ranges of market cap, volume and change. The server applies them. */
export function MarketFilters({ bounds, onChange }: FiltersProps) {
  const isEmpty = boundNames.every((name) => bounds[name] === null)
  return (
    <fieldset
      aria-label="Filters"
      className="flex flex-wrap items-center gap-x-6 gap-y-2 border-b border-line px-3 py-2"
    >
      {ranges.map(({ label, min, max, example }) => {
        const [low, high] = [bounds[min], bounds[max]]
        const isReversed = low !== null && high !== null && low > high
        return (
          <span key={min} className="flex flex-wrap items-center gap-1.5 text-[12px] text-muted">
            <span className="w-20 sm:w-auto">{label}</span>
            <AmountInput
              label={`${label}: minimum`}
              placeholder={`Min, ${example}`}
              value={low}
              onChange={(value) => onChange({ [min]: value })}
            />
            <span aria-hidden>–</span>
            <AmountInput
              label={`${label}: maximum`}
              placeholder="Max"
              value={high}
              onChange={(value) => onChange({ [max]: value })}
            />
            {isReversed && <span role="alert">The minimum is above the maximum.</span>}
          </span>
        )
      })}
      {!isEmpty && (
        <Button variant="plain" onClick={() => onChange(Object.fromEntries(boundNames.map((name) => [name, null])))}>
          Clear filters
        </Button>
      )}
    </fieldset>
  )
}
