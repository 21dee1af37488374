/** Accepted magnitudes. `zero`: 0 is also accepted. */
export type Range = { min: number; max: number; zero: boolean; negative?: number }

/** USD for one coin. */
export const priceRange: Range = { min: 1e-18, max: 1e12, zero: false }
/** USD for one coin: daily and all-time extremes. Sources also send 0. */
export const extremeRange: Range = { ...priceRange, zero: true }
/** USD: market caps, valuations and volumes. */
export const valueRange: Range = { min: 1e-18, max: 1e18, zero: true }
/** Units of a coin. The largest listed supplies are about 1e27. */
export const supplyRange: Range = { min: 1e-18, max: 1e30, zero: true }
/** Percent. A loss can't exceed 100%. */
export const percentRange: Range = { min: 1e-30, max: 1e15, zero: true, negative: -100 }
