"""The outside: files, databases, engines and clocks that fulfil the ports. Holds no rules."""
