'use client'

import { SunMoon } from 'lucide-react'
import { useTheme } from 'next-themes'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Menu, MenuChoice } from '@/components/ui/menu'
import { type Palette, paletteCookie, palettes, remember } from './preferences'

const themes = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'system', label: 'As the system' },
] as const

/** Theme and palette. */
export function LookMenu({ startPalette }: { startPalette: Palette }) {
  const { theme, setTheme } = useTheme()
  const [palette, setPalette] = useState(startPalette)
  const choosePalette = (value: Palette) => {
    remember(paletteCookie, value)
    document.documentElement.dataset.palette = value
    setPalette(value)
  }
  const chosen = themes.find(({ value }) => value === theme)?.value ?? 'system'
  return (
    <Menu
      trigger={
        <Button variant="plain" size="icon" aria-label="Theme and colours">
          <SunMoon size={16} strokeWidth={1.75} />
        </Button>
      }
    >
      <MenuChoice label="Theme" value={chosen} options={themes} onChange={setTheme} />
      <MenuChoice label="Colours of up and down" value={palette} options={palettes} onChange={choosePalette} />
    </Menu>
  )
}
