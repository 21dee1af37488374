"""Daily candles of a coin as a pandas DataFrame. Run: python integrations/read_prices.py bitcoin"""

import io
import sys
from urllib.request import Request, urlopen

BASE = "http://127.0.0.1:3000/api/v1"


def read_candles(coin: str, days: int = 365, key: str | None = None):
    import pandas as pd

    request = Request(f"{BASE}/coins/{coin}/ohlcv?days={days}&format=csv")
    if key is not None:
        request.add_header("x-api-key", key)
    with urlopen(request) as response:
        return pd.read_csv(io.BytesIO(response.read()), parse_dates=["timestamp", "close_at"])


if __name__ == "__main__":
    print(read_candles(sys.argv[1] if len(sys.argv) > 1 else "bitcoin").tail())
