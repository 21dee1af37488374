/** How many daily returns a figure over a period needs: 80% of its days, and at least 5. */
export const toNeededReturns = (period: number): number => Math.max(5, Math.ceil(period * 0.8))

/** Why a figure of risk is not known. */
export const toWhyUnknown = (observations: number, period: number): string =>
  observations < toNeededReturns(period)
    ? `Not known: ${observations} daily returns, ${toNeededReturns(period)} needed`
    : 'Not defined'
