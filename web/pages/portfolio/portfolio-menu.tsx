import { type CostMethod, costMethods } from '@contract/portfolio-lists.ts'
import type { Portfolio } from '@contract/portfolios.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Menu } from '@/components/ui/menu'
import { changePortfolio, createPortfolio, deletePortfolio } from '@/lib/portfolios'
import { showToast } from '@/lib/toast'
import { NameDialog } from './name-dialog'
import { ShareDialog } from './share-dialog'

type MenuProps = {
  portfolios: readonly Portfolio[]
  current: Portfolio | undefined
  onChoose: (id: number) => void
}

const methodLabels: Readonly<Record<CostMethod, string>> = {
  fifo: 'FIFO (oldest lots first)',
  lifo: 'LIFO (newest lots first)',
  hifo: 'HIFO (highest cost first)',
  average: 'Average cost',
}
const control = 'h-8 max-w-48 rounded-control border border-line-strong bg-surface px-2 text-[13px]'

/** Choice of the portfolio and its cost method, and what can be done with it. */
export function PortfolioMenu({ portfolios, current, onChoose }: MenuProps) {
  const client = useQueryClient()
  const [dialog, open] = useState<'create' | 'rename' | 'share' | 'delete' | null>(null)
  const { mutateAsync } = useMutation({
    networkMode: 'always',
    mutationFn: (act: () => Promise<unknown>) => act(),
    onError: (failed) => showToast(failed.message),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['portfolios'] }),
        client.invalidateQueries({ queryKey: ['portfolio'] }),
      ]),
  })
  const act = (change: () => Promise<unknown>) =>
    void mutateAsync(change).then(
      () => open(null),
      () => undefined,
    )
  const create = async (name: string) => onChoose((await createPortfolio({ name })).id)
  return (
    <>
      {current !== undefined && (
        <>
          <Chooser portfolios={portfolios} current={current} onChoose={onChoose} />
          <select
            aria-label="Cost method"
            value={current.cost_method}
            onChange={({ target }) =>
              act(() => changePortfolio(current.id, { cost_method: target.value as CostMethod }))
            }
            className={control}
          >
            {costMethods.map((method) => (
              <option key={method} value={method}>
                {methodLabels[method]}
              </option>
            ))}
          </select>
        </>
      )}
      <Menu
        trigger={
          <Button size="icon" aria-label="Portfolio menu">
            <Ellipsis size={16} strokeWidth={1.75} />
          </Button>
        }
      >
        {({ MenuItem }) => (
          <>
            <MenuItem onSelect={() => open('create')}>New portfolio</MenuItem>
            {current !== undefined && (
              <>
                <MenuItem onSelect={() => open('rename')}>Rename</MenuItem>
                <MenuItem onSelect={() => open('share')}>Share link</MenuItem>
                <MenuItem onSelect={() => open('delete')}>Delete</MenuItem>
              </>
            )}
          </>
        )}
      </Menu>
      {dialog === 'create' && (
        <NameDialog title="New portfolio" onSave={(name) => act(() => create(name))} onClose={() => open(null)} />
      )}
      {dialog === 'rename' && current !== undefined && (
        <NameDialog
          title="Rename portfolio"
          name={current.name}
          onSave={(name) => act(() => changePortfolio(current.id, { name }))}
          onClose={() => open(null)}
        />
      )}
      {dialog === 'delete' && current !== undefined && (
        <NameDialog
          title={`Delete ${current.name}?`}
          lead={`Its ${current.transactions} transactions and its share links are deleted. Type its name to confirm.`}
          confirm={current.name}
          onSave={() => act(() => deletePortfolio(current.id))}
          onClose={() => open(null)}
        />
      )}
      {dialog === 'share' && current !== undefined && <ShareDialog portfolio={current} onClose={() => open(null)} />}
    </>
  )
}

function Chooser({ portfolios, current, onChoose }: MenuProps & { current: Portfolio }) {
  return (
    <select
      aria-label="Portfolio"
      value={current.id}
      onChange={(event) => onChoose(Number(event.target.value))}
      className={control}
    >
      {portfolios.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  )
}
