/* No struct kstat: statx is the only stat call of the interface. */
