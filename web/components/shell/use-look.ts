import { useSyncExternalStore } from 'react'
import { onLook } from '@/lib/look'
import {
  type Density,
  densityCookie,
  type Palette,
  paletteCookie,
  remember,
  type Theme,
  themeCookie,
  toDensity,
  toPalette,
  toTheme,
} from './preferences'

type Look = {
  theme: Theme
  palette: Palette
  density: Density
  setTheme: (theme: Theme) => void
  setPalette: (palette: Palette) => void
  setDensity: (density: Density) => void
}

const darkSystem = '(prefers-color-scheme: dark)'

function drawTheme(): void {
  const page = document.documentElement.dataset
  const theme = toTheme(page.chosenTheme)
  page.theme = theme === 'system' ? (matchMedia(darkSystem).matches ? 'dark' : 'light') : theme
}

function setTheme(theme: Theme): void {
  remember(themeCookie, theme)
  document.documentElement.dataset.chosenTheme = theme
  drawTheme()
}

/** Keeps the page in the theme of the system while the reader wants that one. */
export function followSystem(): () => void {
  const media = matchMedia(darkSystem)
  media.addEventListener('change', drawTheme)
  return () => media.removeEventListener('change', drawTheme)
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
  const theme = useSyncExternalStore<Theme>(
    onLook,
    () => toTheme(document.documentElement.dataset.chosenTheme),
    () => 'dark',
  )
  const palette = useSyncExternalStore<Palette>(
    onLook,
    () => toPalette(document.documentElement.dataset.palette),
    () => 'classic',
  )
  return { theme, palette, density: useDensity(), setTheme, setPalette, setDensity }
}
