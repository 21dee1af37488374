import { useRouter } from 'next/navigation'
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
import type { Command } from './commands'
import { pageKeys } from './navigation'

type Setting<T extends string> = {
  name: string
  options: readonly { value: T; label: string }[]
  current: T
  set: (value: T) => void
}

const toActions = <T extends string>({ name, options, current, set }: Setting<T>): Command[] =>
  options.map(({ value, label }) => ({
    id: `${name} ${value}`,
    group: 'Actions',
    label: `${name}: ${label}`,
    hint: value === current ? 'current' : '',
    run: () => set(value),
  }))

/** All commands of the search: pages, appearance and help. */
export function useCommands(onHelp: () => void): Command[] {
  const router = useRouter()
  const [theme, palette, density] = [useTheme(), usePalette(), useDensity()]
  return [
    ...pageKeys.map(
      ({ key, href, label }): Command => ({
        id: href,
        group: 'Pages',
        label,
        hint: `g ${key}`,
        run: () => router.push(href),
      }),
    ),
    { id: 'api', group: 'Pages', label: 'API documentation', hint: '', run: () => location.assign('/api/docs') },
    ...toActions({ name: 'Theme', options: themes, current: theme, set: setTheme }),
    ...toActions({ name: 'Up/down colors', options: palettes, current: palette, set: setPalette }),
    ...toActions({ name: 'Table density', options: densities, current: density, set: setDensity }),
    { id: 'help', group: 'Actions', label: 'Keyboard shortcuts', hint: '?', run: onHelp },
  ]
}
