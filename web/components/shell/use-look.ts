'use client'

import { useTheme } from 'next-themes'
import { useSyncExternalStore } from 'react'
import { onLook } from '@/lib/look'
import {
  type Density,
  densityCookie,
  type Palette,
  paletteCookie,
  remember,
  type Theme,
  themes,
  toDensity,
  toPalette,
} from './preferences'

type Look = {
  theme: Theme
  palette: Palette
  density: Density
  setTheme: (theme: Theme) => void
  setPalette: (palette: Palette) => void
  setDensity: (density: Density) => void
}

function setPalette(palette: Palette): void {
  remember(paletteCookie, palette)
  document.documentElement.dataset.palette = palette
}

function setDensity(density: Density): void {
  remember(densityCookie, density)
  document.documentElement.dataset.density = density
}

/** How high the rows of tables are. */
export const useDensity = (): Density =>
  useSyncExternalStore(
    onLook,
    () => toDensity(document.documentElement.dataset.density),
    () => 'normal',
  )

/** How the page looks, and how to change that. The choice is kept. */
export function useLook(): Look {
  const { theme, setTheme } = useTheme()
  const palette = useSyncExternalStore<Palette>(
    onLook,
    () => toPalette(document.documentElement.dataset.palette),
    () => 'classic',
  )
  const chosen = themes.find(({ value }) => value === theme)?.value ?? 'system'
  return { theme: chosen, palette, density: useDensity(), setTheme, setPalette, setDensity }
}
