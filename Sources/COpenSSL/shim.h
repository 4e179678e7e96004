/* Engines are deprecated in libcrypto 3, but the only way to a PKCS#11 token that Debian 12 carries. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/engine.h>
