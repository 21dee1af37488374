import { useReadiness } from './readiness'

export function Footer() {
  const { data } = useReadiness()
  return (
    <footer className="mt-auto flex items-center justify-between gap-4 px-3 pt-4 pb-20 text-[12px] text-faint md:px-5 md:pb-4">
      <span>CryptoFlow {data?.version} · All times in UTC</span>
      {data?.mode === 'live' && (
        <a href="https://www.coingecko.com" className="hover:text-text" rel="noreferrer">
          Data by CoinGecko
        </a>
      )}
    </footer>
  )
}
