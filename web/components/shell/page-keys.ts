import { pages } from './navigation'

/** Where `g` and then a letter lead: the first letter of each page's name. */
export const pageKeys: readonly { key: string; href: string; label: string }[] = pages.map(({ href, label }) => ({
  key: label.slice(0, 1).toLowerCase(),
  href,
  label,
}))
