/* Defined in src/env/wasm32/__init_tls.c; this file hides the generic one. */
