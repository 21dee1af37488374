// The sentiment formula, shared by the server, the page and docs/sentiment.md.

/** The largest tracked coins of kind `coin` by today's rank. */
export const sentimentCoins = 50

/** Coins with enough closes that a day needs. */
export const minSentimentCoins = 5

/** Closed UTC days of the averages, of the long-term volatility, and of the volume. */
export const sentimentDays = { average: 30, longTerm: 90, volume: 7 } as const

/**
 * The parts of the value. A part scores 0 at `fear`, 100 at `greed`, linear between them and limited to 0 to 100. The
 * weights sum to 1.
 */
export const sentimentParts = [
  {
    name: 'momentum',
    weight: 0.3,
    fear: -0.2,
    greed: 0.2,
    description: 'median over the coins of close / 30-day average - 1, a fraction',
  },
  {
    name: 'breadth',
    weight: 0.3,
    fear: 0,
    greed: 1,
    description: 'share of the coins that close above their 30-day average, a fraction',
  },
  {
    name: 'volatility',
    weight: 0.2,
    fear: 1.5,
    greed: 0.5,
    description: 'median over the coins of their 30-day volatility / 90-day volatility',
  },
  {
    name: 'volume',
    weight: 0.2,
    fear: 0,
    greed: 1,
    description: "share of the last 7 days' volume traded in coins on days on which they rose, a fraction",
  },
] as const

/** Classes of the value with the lowest value of each, from greed to fear. */
export const sentimentClasses = [
  { from: 76, name: 'Extreme Greed' },
  { from: 56, name: 'Greed' },
  { from: 45, name: 'Neutral' },
  { from: 25, name: 'Fear' },
  { from: 0, name: 'Extreme Fear' },
] as const

export type SentimentClass = (typeof sentimentClasses)[number]['name']

/** The class of a whole value from 0 to 100. */
export const classifySentiment = (value: number): SentimentClass =>
  sentimentClasses.find(({ from }) => value >= from)?.name ?? 'Extreme Fear'
