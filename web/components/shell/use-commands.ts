import { useRouter } from 'next/navigation'
import type { Command } from './commands'
import { pageKeys } from './page-keys'
import { densities, palettes, themes } from './preferences'
import { useLook } from './use-look'

type Choice<T extends string> = {
  what: string
  options: readonly { value: T; label: string }[]
  now: T
  set: (value: T) => void
}

const toActions = <T extends string>({ what, options, now, set }: Choice<T>): Command[] =>
  options.map(({ value, label }) => ({
    id: `${what} ${value}`,
    group: 'Actions',
    label: `${what}: ${label}`,
    hint: value === now ? 'now' : '',
    run: () => set(value),
  }))

/** Every command: the pages, and what changes the look. */
export function useCommands(onHelp: () => void): Command[] {
  const router = useRouter()
  const { theme, palette, density, setTheme, setPalette, setDensity } = useLook()
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
    ...toActions({ what: 'Theme', options: themes, now: theme, set: setTheme }),
    ...toActions({ what: 'Colours', options: palettes, now: palette, set: setPalette }),
    ...toActions({ what: 'Rows', options: densities, now: density, set: setDensity }),
    { id: 'help', group: 'Actions', label: 'Keyboard shortcuts', hint: '?', run: onHelp },
  ]
}
