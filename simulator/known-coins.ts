/**
 * The largest coins of 2025: id|symbol|name|price or ratio to the peg|supply|first year|peg|CoinCap id if different.
 */
export const known: readonly string[] = `
bitcoin|btc|Bitcoin|100000|1.99e7|2018
ethereum|eth|Ethereum|2200|1.21e8|2018
tether|usdt|Tether|1|1.50e11|2018|usd
ripple|xrp|XRP|2.3|5.86e10|2018||xrp
binancecoin|bnb|BNB|630|1.46e8|2018||binance-coin
solana|sol|Solana|160|5.19e8|2018
usd-coin|usdc|USDC|1|6.07e10|2018|usd
dogecoin|doge|Dogecoin|0.2|1.49e11|2018
cardano|ada|Cardano|0.76|3.60e10|2018
tron|trx|TRON|0.25|9.49e10|2018
staked-ether|steth|Lido Staked Ether|1|9.18e6|2018|ethereum|steth
wrapped-bitcoin|wbtc|Wrapped Bitcoin|1|1.29e5|2018|bitcoin
sui|sui|Sui|3.9|3.34e9|2023
chainlink|link|Chainlink|16|6.57e8|2018
avalanche-2|avax|Avalanche|22|4.18e8|2018||avalanche
wrapped-steth|wsteth|Wrapped stETH|1.199|3.45e6|2018|ethereum
stellar|xlm|Stellar|0.29|3.10e10|2018
shiba-inu|shib|Shiba Inu|1.4e-05|5.89e14|2018
bitcoin-cash|bch|Bitcoin Cash|420|1.99e7|2018
hedera-hashgraph|hbar|Hedera|0.19|4.22e10|2018
leo-token|leo|LEO Token|8.9|9.23e8|2018||unus-sed-leo
hyperliquid|hype|Hyperliquid|24|3.34e8|2024
the-open-network|ton|Toncoin|3.2|2.49e9|2018||toncoin
usds|usds|USDS|1|8.04e9|2024|usd
litecoin|ltc|Litecoin|95|7.58e7|2018
polkadot|dot|Polkadot|4.5|1.52e9|2018
weth|weth|WETH|1|2.67e6|2018|ethereum
monero|xmr|Monero|300|1.84e7|2018
bitget-token|bgb|Bitget Token|4.5|1.17e9|2018
wrapped-eeth|weeth|Wrapped eETH|1.067|2.21e6|2023|ethereum
binance-bridged-usdt-bnb-smart-chain|bsc-usd|Binance Bridged USDT (BNB Smart Chain)|1|5.18e9|2018|usd
pi-network|pi|Pi Network|0.69|7.04e9|2025
coinbase-wrapped-btc|cbbtc|Coinbase Wrapped BTC|1|4.58e4|2024|bitcoin
ethena-usde|usde|Ethena USDe|1|4.65e9|2024|usd
pepe|pepe|Pepe|1.1e-05|4.21e14|2023
bittensor|tao|Bittensor|430|8.76e6|2023
uniswap|uni|Uniswap|6.2|6.00e8|2018
aptos|apt|Aptos|5.6|6.21e8|2022
near|near|NEAR Protocol|2.8|1.21e9|2018||near-protocol
dai|dai|Dai|1|3.35e9|2018|usd|multi-collateral-dai
okb|okb|OKB|53|6.00e7|2018
susds|susds|sUSDS|1.05|3.00e9|2024|usd
ondo-finance|ondo|Ondo|0.99|3.16e9|2024
aave|aave|Aave|200|1.51e7|2018
blackrock-usd-institutional-digital-liquidity-fund|buidl|BlackRock USD Institutional Digital Liquidity Fund|1|2.87e9|2024|usd
crypto-com-chain|cro|Cronos|0.099|2.86e10|2018||crypto-com-coin
ethereum-classic|etc|Ethereum Classic|18|1.52e8|2018
internet-computer|icp|Internet Computer|5.2|5.33e8|2018
official-trump|trump|Official Trump|14|2.00e8|2025
kaspa|kas|Kaspa|0.1|2.61e10|2022
mantle|mnt|Mantle|0.75|3.36e9|2023
vechain|vet|VeChain|0.029|8.60e10|2018
render-token|render|Render|4.8|5.18e8|2018||render
polygon-ecosystem-token|pol|POL (ex-MATIC)|0.25|8.79e9|2023||polygon
usd1-wlfi|usd1|USD1|1|2.13e9|2025|usd
lombard-staked-btc|lbtc|Lombard Staked BTC|1|2.02e4|2024|bitcoin
cosmos|atom|Cosmos Hub|4.6|4.49e8|2018
ethena|ena|Ethena|0.35|5.82e9|2024
ethena-staked-usde|susde|Ethena Staked USDe|1.17|1.73e9|2024|usd
fetch-ai|fet|Artificial Superintelligence Alliance|0.78|2.60e9|2018
filecoin|fil|Filecoin|3|6.65e8|2018
algorand|algo|Algorand|0.23|8.59e9|2018
`
  .trim()
  .split('\n')
