/** Interest-bearing stablecoins without a sign of it in their names. */
const interestBearing = ['susds', 'wrapped-usdm']

const currencies = 'gbp|chf|jpy|cny|cnh|hkd|sgd|aud|nzd|cad|krw|brl|mxn|inr|idr|zar|ngn|rub|php|thb|aed|try|xau|xag'

/** Currencies other than the US dollar, and words in the names of interest-bearing coins. */
const otherUnits =
  `[a-z]?eur[a-z]{0,2}|euro[a-z]*|[a-z]?(${currencies})[a-z]?|yen|gyen|yuan|francs?|pounds?|sterling|pesos?|lira|real|` +
  'rupees?|rupiah|baht|naira|rubles?|gold|silver|staked|savings?|yield|interest|vault'

/**
 * Stablecoins that are not pegged to one US dollar: by CoinGecko id, or by a pattern for the lower-case id, symbol and
 * name joined by spaces. The pattern works in PostgreSQL and JavaScript.
 */
export const notOneDollar = { ids: interestBearing, pattern: `(^|[^a-z])(${otherUnits})([^a-z]|$)` }
