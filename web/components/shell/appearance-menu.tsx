import { SunMoon } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Menu } from '@/components/ui/menu'
import {
  densities,
  palettes,
  setDensity,
  setPalette,
  setTheme,
  themes,
  useDensity,
  usePalette,
  useTheme,
} from '@/lib/preferences'

/** Theme, palette and density. */
export function AppearanceMenu() {
  const [theme, palette, density] = [useTheme(), usePalette(), useDensity()]
  return (
    <Menu
      trigger={
        <Button variant="plain" size="icon" aria-label="Theme and colors">
          <SunMoon size={16} strokeWidth={1.75} />
        </Button>
      }
    >
      {({ MenuChoice }) => (
        <>
          <MenuChoice label="Theme" value={theme} options={themes} onChange={setTheme} />
          <MenuChoice label="Up/down colors" value={palette} options={palettes} onChange={setPalette} />
          <MenuChoice label="Table density" value={density} options={densities} onChange={setDensity} />
        </>
      )}
    </Menu>
  )
}
