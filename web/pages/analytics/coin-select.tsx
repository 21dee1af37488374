export type CoinChoice = { coingecko_id: string; name: string }

type CoinSelectProps = { label: string; value: string; coins: readonly CoinChoice[]; onChange: (id: string) => void }

/** A coin of the page. A coin from the URL that is not among them stays selected. */
export function CoinSelect({ label, value, coins, onChange }: CoinSelectProps) {
  const isListed = coins.some(({ coingecko_id }) => coingecko_id === value)
  return (
    <label className="inline-flex items-center gap-1.5 text-[12px] text-muted">
      {label}
      <select
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-8 max-w-36 rounded-control border border-line-strong bg-surface px-2 text-[13px] text-text"
      >
        {!isListed && <option value={value}>{value}</option>}
        {coins.map(({ coingecko_id, name }) => (
          <option key={coingecko_id} value={coingecko_id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
