import { startSimulator } from '../../simulator/simulator.ts'
import { answer, toInteger } from './terminal.ts'

/** Serves only the simulated market, until a signal stops it. */
export async function simulate(options: { port: string; coins: string; seed: string }): Promise<void> {
  const simulator = await startSimulator({
    port: toInteger('port', options.port, 65_535),
    coins: toInteger('coins', options.coins, 20_000),
    seed: toInteger('seed', options.seed, 2 ** 31),
  })
  answer(
    [
      `  CoinGecko REST: COINGECKO_BASE_URL=${simulator.baseUrl}`,
      `  CoinCap stream: COINCAP_WS_URL=${simulator.wsUrl}`,
    ],
    { COINGECKO_BASE_URL: simulator.baseUrl, COINCAP_WS_URL: simulator.wsUrl },
  )
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      void simulator.close().finally(() => process.exit(0))
    })
}
