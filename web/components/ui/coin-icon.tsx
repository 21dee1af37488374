import { useCallback, useState } from 'react'

/** A coin's icon, or the first letter of its symbol. */
export function CoinIcon({ coin, size = 20 }: { coin: { symbol: string; image_url: string | null }; size?: number }) {
  const [failed, setFailed] = useState(false)
  /** An image that failed before hydration fires no event. */
  const check = useCallback((image: HTMLImageElement | null) => {
    if (image?.complete === true && image.naturalWidth === 0) setFailed(true)
  }, [])
  const style = { width: size, height: size, fontSize: size * 0.5 }
  if (coin.image_url === null || failed)
    return (
      <span
        aria-hidden
        style={style}
        className="inline-flex shrink-0 items-center justify-center rounded-full border border-line-strong bg-raised font-semibold text-muted uppercase"
      >
        {coin.symbol.slice(0, 1)}
      </span>
    )
  return (
    <img
      ref={check}
      src={coin.image_url}
      alt=""
      loading="lazy"
      style={style}
      className="shrink-0 rounded-full"
      onError={() => setFailed(true)}
    />
  )
}
