/** Collect interest in their price, and have no word that says so. */
const interestBearing = ['susds', 'wrapped-usdm']

const currencies = 'gbp|chf|jpy|cny|cnh|hkd|sgd|aud|nzd|cad|krw|brl|mxn|inr|idr|zar|ngn|rub|php|thb|aed|try|xau|xag'

/** Units of value other than the dollar, and words of coins that collect interest in their price. */
const otherUnits =
  `[a-z]?eur[a-z]{0,2}|euro[a-z]*|[a-z]?(${currencies})[a-z]?|yen|gyen|yuan|francs?|pounds?|sterling|pesos?|lira|real|` +
  'rupees?|rupiah|baht|naira|rubles?|gold|silver|staked|savings?|yield|interest|vault'

/**
 * Which stablecoins are not pegged to one dollar: by CoinGecko id, or by a pattern for the lower-case id, symbol and name,
 * joined by spaces. PostgreSQL and JavaScript read the pattern alike.
 */
export const notOneDollar = { ids: interestBearing, pattern: `(^|[^a-z])(${otherUnits})([^a-z]|$)` }
