"""The proof report: verdict, naive rules, calibration, tiers, lead time, groups, limits."""
