import { type ClassValue, clsx } from 'clsx'

/** Joins class names. Of two that say different things of one property the stylesheet decides: give only one. */
export const cn = (...classes: ClassValue[]): string => clsx(classes)
