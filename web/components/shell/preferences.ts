/** What a reader chose, kept in cookies so that the server's first paint already has it. */
export const palettes = [
  { value: 'classic', label: 'Classic (green up)' },
  { value: 'blue-orange', label: 'Colour-blind (blue up)' },
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
  { value: 'system', label: 'As the system' },
] as const
export type Theme = (typeof themes)[number]['value']

export const themeCookie = 'cryptoflow_theme'
export const paletteCookie = 'cryptoflow_palette'
export const densityCookie = 'cryptoflow_density'
export const railCookie = 'cryptoflow_rail'

export const toTheme = (text: string | undefined): Theme => themes.find(({ value }) => value === text)?.value ?? 'dark'

export const toPalette = (text: string | undefined): Palette =>
  palettes.find(({ value }) => value === text)?.value ?? 'classic'

export const toDensity = (text: string | undefined): Density =>
  densities.find(({ value }) => value === text)?.value ?? 'normal'

/** By `document.cookie`: the cookie store exists on secure origins only, and a laptop in a home network is none. */
export const remember = (name: string, value: string): void => {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`
}
