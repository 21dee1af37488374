import { Columns3 } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Menu } from '@/components/ui/menu'
import { optionalColumns } from './market-columns'

type ColumnsMenuProps = { shown: readonly string[]; onShow: (shown: string[]) => void }

export function ColumnsMenu({ shown, onShow }: ColumnsMenuProps) {
  const toggle = (id: string, isShown: boolean) =>
    onShow(isShown ? [...shown, id] : shown.filter((each) => each !== id))
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
            isOn: shown.includes(id),
          }))}
          onChange={toggle}
        />
      )}
    </Menu>
  )
}
