/* Digests (FIPS 180-4) and the check of RSA signatures (RFC 8017, RSASSA-PKCS1-v1_5). Public data only: nothing here
 * handles a secret, so time and memory may depend on what is read. */
#ifndef APK_VERIFY_H
#define APK_VERIFY_H
#include <stddef.h>
#include <stdint.h>

enum apk_digest { APK_SHA1 = 1, APK_SHA256 = 3, APK_SHA512 = 4 };

struct apk_hash {
	uint64_t state[8];
	uint64_t count;
	uint32_t kind, used;
	unsigned char block[128];
};

void apk_hash_begin(struct apk_hash *hash, int32_t kind);
void apk_hash_add(struct apk_hash *hash, const void *bytes, size_t count);
/* Writes 20, 32 or 64 bytes; returns how many. */
int32_t apk_hash_end(struct apk_hash *hash, unsigned char *out);

#define APK_RSA_LARGEST 2048 /* bytes: 16384 bits */

struct apk_key {
	uint32_t size, exponent; /* bytes of the modulus */
	unsigned char modulus[APK_RSA_LARGEST];
	unsigned char identifier[16]; /* the first bytes of the SHA512 of its PKCS#1 form */
};

/* Reads a public key in PEM form. NULL, or what is wrong with it. */
const char *apk_key_read(struct apk_key *key, const char *pem, size_t count);
/* Whether a signature is the key's over these bytes: 1 or 0. */
int32_t apk_key_verifies(
	const struct apk_key *key, int32_t digest, const void *bytes, size_t count, const unsigned char *signature,
	size_t signature_count);
#endif
