import { useSyncExternalStore } from 'react'
import { type ShownCurrency, shownCurrencies } from '../../contract/shown-currencies.ts'

/** Appearance settings, kept in cookies that the server reads for the first paint. */
export const palettes = [
  { value: 'classic', label: 'Classic (green up)' },
  { value: 'blue-orange', label: 'Color-blind (blue up)' },
  { value: 'east-asia', label: 'East Asia (red up)' },
] as const
export type Palette = (typeof palettes)[number]['value']

export const densities = [
  { value: 'normal', label: 'Normal' },
  { value: 'compact', label: 'Compact' },
] as const
export type Density = (typeof densities)[number]['value']

export const themes = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'system', label: 'System' },
] as const
export type Theme = (typeof themes)[number]['value']

export const themeCookie = 'cryptoflow_theme'
export const paletteCookie = 'cryptoflow_palette'
export const densityCookie = 'cryptoflow_density'
export const railCookie = 'cryptoflow_rail'
export const currencyCookie = 'cryptoflow_currency'

export const toTheme = (text: string | undefined): Theme =>
  themes.find(({ value }) => value === text)?.value ?? 'system'

export const toPalette = (text: string | undefined): Palette =>
  palettes.find(({ value }) => value === text)?.value ?? 'classic'

export const toCurrency = (text: string | undefined): ShownCurrency =>
  shownCurrencies.find((code) => code === text) ?? 'usd'

export const toDensity = (text: string | undefined): Density =>
  densities.find(({ value }) => value === text)?.value ?? 'normal'

/** Keeps a setting for a year. By `document.cookie`, since the cookie store exists on secure origins only. */
export const savePreference = (cookie: string, value: string): void => {
  document.cookie = `${cookie}=${value}; path=/; max-age=31536000; samesite=lax`
}

const darkQuery = '(prefers-color-scheme: dark)'

function applyTheme(): void {
  const { dataset } = document.documentElement
  const theme = toTheme(dataset.chosenTheme)
  dataset.theme = theme === 'system' ? (matchMedia(darkQuery).matches ? 'dark' : 'light') : theme
}

export function setTheme(theme: Theme): void {
  savePreference(themeCookie, theme)
  document.documentElement.dataset.chosenTheme = theme
  applyTheme()
}

export function setPalette(palette: Palette): void {
  savePreference(paletteCookie, palette)
  document.documentElement.dataset.palette = palette
}

export function setDensity(density: Density): void {
  savePreference(densityCookie, density)
  document.documentElement.dataset.density = density
}

/** Applies changes of the system's theme while the theme is "system". Returns the function that stops it. */
export function followSystemTheme(): () => void {
  const media = matchMedia(darkQuery)
  media.addEventListener('change', applyTheme)
  return () => media.removeEventListener('change', applyTheme)
}

/** Calls `listener` when theme, palette or density change. Returns the function that unsubscribes. */
export function onAppearance(listener: () => void): () => void {
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, {
    attributeFilter: ['data-theme', 'data-chosen-theme', 'data-palette', 'data-density'],
  })
  return () => observer.disconnect()
}

export const useTheme = (): Theme =>
  useSyncExternalStore<Theme>(
    onAppearance,
    () => toTheme(document.documentElement.dataset.chosenTheme),
    () => 'system',
  )

export const usePalette = (): Palette =>
  useSyncExternalStore<Palette>(
    onAppearance,
    () => toPalette(document.documentElement.dataset.palette),
    () => 'classic',
  )

export const useDensity = (): Density =>
  useSyncExternalStore<Density>(
    onAppearance,
    () => toDensity(document.documentElement.dataset.density),
    () => 'normal',
  )
