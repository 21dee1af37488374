/** What a reader chose, kept in cookies so that the server's first paint already has it. */
export const palettes = [
  { value: 'classic', label: 'Classic (green up)' },
  { value: 'blue-orange', label: 'Colour-blind (blue up)' },
  { value: 'east-asia', label: 'East Asia (red up)' },
] as const
export type Palette = (typeof palettes)[number]['value']

export const paletteCookie = 'cryptoflow_palette'
export const railCookie = 'cryptoflow_rail'

export const toPalette = (text: string | undefined): Palette =>
  palettes.find(({ value }) => value === text)?.value ?? 'classic'

/** By `document.cookie`: the cookie store exists on secure origins only, and a laptop in a home network is none. */
export const remember = (name: string, value: string): void => {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`
}
