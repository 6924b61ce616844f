"""Makes the state database that contenders open, as `init` leaves it."""

from benchmarks.harness import STATE
from keepwell.adapters.state import SqlStateStore, sqlite_url

if __name__ == "__main__":
    STATE.unlink(missing_ok=True)
    SqlStateStore(sqlite_url(STATE)).close()
