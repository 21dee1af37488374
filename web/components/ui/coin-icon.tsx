import { useCallback, useState } from 'react'
import { toMonogramColor } from '@/lib/monogram'

type IconCoin = { coingecko_id: string; symbol: string; logo_url: string | null }

/** A coin's logo, or the first letter of its symbol on the color of the coin. */
export function CoinIcon({ coin, size = 20 }: { coin: IconCoin; size?: number }) {
  const [failed, setFailed] = useState(false)
  /** An image that failed before hydration fires no event. */
  const check = useCallback((image: HTMLImageElement | null) => {
    if (image?.complete === true && image.naturalWidth === 0) setFailed(true)
  }, [])
  const style = { width: size, height: size }
  if (coin.logo_url === null || failed)
    return (
      <span
        aria-hidden
        style={{ ...style, fontSize: size * 0.5, backgroundColor: toMonogramColor(coin.coingecko_id) }}
        className="inline-flex shrink-0 items-center justify-center rounded-full font-semibold text-white uppercase"
      >
        {coin.symbol.slice(0, 1)}
      </span>
    )
  return (
    <img
      ref={check}
      src={coin.logo_url}
      alt=""
      loading="lazy"
      decoding="async"
      width={size}
      height={size}
      style={style}
      className="shrink-0 rounded-full outline-1 -outline-offset-1 outline-line"
      onError={() => setFailed(true)}
    />
  )
}
