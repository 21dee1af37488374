/** Magnitudes that are believed; 0 is in a range where `zero` says so. */
export type Range = { min: number; max: number; zero: boolean; negative?: number }

/** USD for one coin. */
export const priceRange: Range = { min: 1e-18, max: 1e12, zero: false }
/** USD for one coin, where a source also sends 0: extremes of a day or of all time. */
export const extremeRange: Range = { ...priceRange, zero: true }
/** USD: market caps, valuations, volumes. */
export const valueRange: Range = { min: 1e-18, max: 1e18, zero: true }
/** Units of a coin. The largest supplies that are listed have about 1e27. */
export const supplyRange: Range = { min: 1e-18, max: 1e30, zero: true }
/** Percent. Nothing loses more than all it is worth. */
export const percentRange: Range = { min: 1e-30, max: 1e15, zero: true, negative: -100 }
