import { useContext } from 'react'
import { Button } from '@/components/ui/button'
import { Menu } from '@/components/ui/menu'
import { symbols } from '@/lib/format'
import { MoneyContext } from '@/lib/money'
import type { ShownCurrency } from '../../../contract/shown-currencies'

const options: readonly { value: ShownCurrency; label: string }[] = [
  { value: 'usd', label: `${symbols.usd} US dollar` },
  { value: 'eur', label: `${symbols.eur} Euro` },
  { value: 'gbp', label: `${symbols.gbp} British pound` },
  { value: 'jpy', label: `${symbols.jpy} Japanese yen` },
  { value: 'btc', label: `${symbols.btc} Bitcoin` },
  { value: 'eth', label: `${symbols.eth} Ether` },
]

/** The currency of prices and amounts. */
export function CurrencyMenu() {
  const { money, setCurrency } = useContext(MoneyContext)
  const code = money.code.toUpperCase()
  return (
    <Menu
      trigger={
        <Button variant="plain" size="icon" aria-label={`Currency: ${code}`} title={`Currency: ${code}`}>
          <span className="text-[12px] font-medium">{code}</span>
        </Button>
      }
    >
      {({ MenuChoice }) => <MenuChoice label="Currency" value={money.code} options={options} onChange={setCurrency} />}
    </Menu>
  )
}
