# Daily candles of a coin as a data frame. Run: Rscript integrations/read_prices.R bitcoin
base <- "http://127.0.0.1:3000/api/v1"

read_candles <- function(coin, days = 365) {
  read.csv(sprintf("%s/coins/%s/ohlcv?days=%d&format=csv", base, coin, days))
}

arguments <- commandArgs(trailingOnly = TRUE)
print(tail(read_candles(if (length(arguments) > 0) arguments[[1]] else "bitcoin")))
