import { type ClassValue, clsx } from 'clsx'

/** Joins class names; does not resolve conflicting Tailwind classes. */
export const cn = (...classes: ClassValue[]): string => clsx(classes)
