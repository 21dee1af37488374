import type { ComponentProps } from 'react'

/** A focusable element that is no control. The keyboard scrolls it. */
const focusable = { tabIndex: 0 }

type ScrollRegionProps = Omit<ComponentProps<'section'>, 'aria-label'> & { label: string }

/** A scrolling area that the keyboard reaches, with a name for screen readers. `className` says how it scrolls. */
export const ScrollRegion = ({ label, ...rest }: ScrollRegionProps) => (
  <section aria-label={label} {...focusable} {...rest} />
)
