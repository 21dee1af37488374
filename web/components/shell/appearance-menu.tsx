import { SunMoon } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Menu, MenuChoice } from '@/components/ui/menu'
import { densities, palettes, themes } from './preferences'
import { useLook } from './use-look'

/** Theme, palette and density. */
export function LookMenu() {
  const { theme, palette, density, setTheme, setPalette, setDensity } = useLook()
  return (
    <Menu
      trigger={
        <Button variant="plain" size="icon" aria-label="Theme and colours">
          <SunMoon size={16} strokeWidth={1.75} />
        </Button>
      }
    >
      <MenuChoice label="Theme" value={theme} options={themes} onChange={setTheme} />
      <MenuChoice label="Colours of up and down" value={palette} options={palettes} onChange={setPalette} />
      <MenuChoice label="Rows of tables" value={density} options={densities} onChange={setDensity} />
    </Menu>
  )
}
