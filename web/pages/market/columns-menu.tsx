import { Columns3 } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Menu } from '@/components/ui/menu'
import { optionalColumns } from './market-columns'

type ColumnsMenuProps = { hidden: readonly string[]; onHide: (hidden: string[]) => void }

export function ColumnsMenu({ hidden, onHide }: ColumnsMenuProps) {
  const toggle = (id: string, isShown: boolean) =>
    onHide(isShown ? hidden.filter((each) => each !== id) : [...hidden, id])
  return (
    <Menu
      trigger={
        <Button aria-label="Columns">
          <Columns3 size={16} strokeWidth={1.75} />
          <span className="hidden sm:inline">Columns</span>
        </Button>
      }
    >
      {({ MenuChecks }) => (
        <MenuChecks
          label="Visible columns"
          options={optionalColumns.map(({ id, label, title }) => ({
            id,
            label: title ?? label,
            isOn: !hidden.includes(id),
          }))}
          onChange={toggle}
        />
      )}
    </Menu>
  )
}
