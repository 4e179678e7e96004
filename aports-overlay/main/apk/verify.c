#include "verify.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t k512[80] = {
	0x428a2f98d728ae22ULL, 0x7137449123ef65cdULL, 0xb5c0fbcfec4d3b2fULL, 0xe9b5dba58189dbbcULL,
	0x3956c25bf348b538ULL, 0x59f111f1b605d019ULL, 0x923f82a4af194f9bULL, 0xab1c5ed5da6d8118ULL,
	0xd807aa98a3030242ULL, 0x12835b0145706fbeULL, 0x243185be4ee4b28cULL, 0x550c7dc3d5ffb4e2ULL,
	0x72be5d74f27b896fULL, 0x80deb1fe3b1696b1ULL, 0x9bdc06a725c71235ULL, 0xc19bf174cf692694ULL,
	0xe49b69c19ef14ad2ULL, 0xefbe4786384f25e3ULL, 0x0fc19dc68b8cd5b5ULL, 0x240ca1cc77ac9c65ULL,
	0x2de92c6f592b0275ULL, 0x4a7484aa6ea6e483ULL, 0x5cb0a9dcbd41fbd4ULL, 0x76f988da831153b5ULL,
	0x983e5152ee66dfabULL, 0xa831c66d2db43210ULL, 0xb00327c898fb213fULL, 0xbf597fc7beef0ee4ULL,
	0xc6e00bf33da88fc2ULL, 0xd5a79147930aa725ULL, 0x06ca6351e003826fULL, 0x142929670a0e6e70ULL,
	0x27b70a8546d22ffcULL, 0x2e1b21385c26c926ULL, 0x4d2c6dfc5ac42aedULL, 0x53380d139d95b3dfULL,
	0x650a73548baf63deULL, 0x766a0abb3c77b2a8ULL, 0x81c2c92e47edaee6ULL, 0x92722c851482353bULL,
	0xa2bfe8a14cf10364ULL, 0xa81a664bbc423001ULL, 0xc24b8b70d0f89791ULL, 0xc76c51a30654be30ULL,
	0xd192e819d6ef5218ULL, 0xd69906245565a910ULL, 0xf40e35855771202aULL, 0x106aa07032bbd1b8ULL,
	0x19a4c116b8d2d0c8ULL, 0x1e376c085141ab53ULL, 0x2748774cdf8eeb99ULL, 0x34b0bcb5e19b48a8ULL,
	0x391c0cb3c5c95a63ULL, 0x4ed8aa4ae3418acbULL, 0x5b9cca4f7763e373ULL, 0x682e6ff3d6b2b8a3ULL,
	0x748f82ee5defb2fcULL, 0x78a5636f43172f60ULL, 0x84c87814a1f0ab72ULL, 0x8cc702081a6439ecULL,
	0x90befffa23631e28ULL, 0xa4506cebde82bde9ULL, 0xbef9a3f7b2c67915ULL, 0xc67178f2e372532bULL,
	0xca273eceea26619cULL, 0xd186b8c721c0c207ULL, 0xeada7dd6cde0eb1eULL, 0xf57d4f7fee6ed178ULL,
	0x06f067aa72176fbaULL, 0x0a637dc5a2c898a6ULL, 0x113f9804bef90daeULL, 0x1b710b35131c471bULL,
	0x28db77f523047d84ULL, 0x32caab7b40c72493ULL, 0x3c9ebe0a15c9bebcULL, 0x431d67c49c100d4cULL,
	0x4cc5d4becb3e42b6ULL, 0x597f299cfc657e2aULL, 0x5fcb6fab3ad6faecULL, 0x6c44198c4a475817ULL,
};

static const uint64_t start512[8] = {
	0x6a09e667f3bcc908ULL, 0xbb67ae8584caa73bULL, 0x3c6ef372fe94f82bULL, 0xa54ff53a5f1d36f1ULL,
	0x510e527fade682d1ULL, 0x9b05688c2b3e6c1fULL, 0x1f83d9abfb41bd6bULL, 0x5be0cd19137e2179ULL,
};

/* The constants of SHA-256 are the upper halves of the first ones of SHA-512: both are roots of the same primes. */
static const uint32_t start1[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};

static uint32_t rotate(uint32_t x, int n) { return x << n | x >> (32 - n); }
static uint32_t right(uint32_t x, int n) { return x >> n | x << (32 - n); }
static uint64_t right64(uint64_t x, int n) { return x >> n | x << (64 - n); }

static uint32_t word(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void block1(uint64_t *state, const unsigned char *p)
{
	uint32_t w[80], a = (uint32_t)state[0], b = (uint32_t)state[1], c = (uint32_t)state[2];
	uint32_t d = (uint32_t)state[3], e = (uint32_t)state[4];
	for (int i = 0; i < 16; i++) w[i] = word(p + 4 * i);
	for (int i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (int i = 0; i < 80; i++) {
		uint32_t f, k;
		if (i < 20) f = (b & c) | (~b & d), k = 0x5a827999;
		else if (i < 40) f = b ^ c ^ d, k = 0x6ed9eba1;
		else if (i < 60) f = (b & c) | (b & d) | (c & d), k = 0x8f1bbcdc;
		else f = b ^ c ^ d, k = 0xca62c1d6;
		uint32_t t = rotate(a, 5) + f + e + k + w[i];
		e = d, d = c, c = rotate(b, 30), b = a, a = t;
	}
	state[0] = (uint32_t)(state[0] + a), state[1] = (uint32_t)(state[1] + b);
	state[2] = (uint32_t)(state[2] + c), state[3] = (uint32_t)(state[3] + d);
	state[4] = (uint32_t)(state[4] + e);
}

static void block256(uint64_t *state, const unsigned char *p)
{
	uint32_t w[64], s[8];
	for (int i = 0; i < 16; i++) w[i] = word(p + 4 * i);
	for (int i = 16; i < 64; i++) {
		uint32_t a = w[i - 15], b = w[i - 2];
		w[i] = w[i - 16] + (right(a, 7) ^ right(a, 18) ^ a >> 3) + w[i - 7] + (right(b, 17) ^ right(b, 19) ^ b >> 10);
	}
	for (int i = 0; i < 8; i++) s[i] = (uint32_t)state[i];
	for (int i = 0; i < 64; i++) {
		uint32_t a = s[0], e = s[4];
		uint32_t t = s[7] + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + ((e & s[5]) ^ (~e & s[6]));
		t += (uint32_t)(k512[i] >> 32) + w[i];
		uint32_t u = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
		memmove(s + 1, s, 7 * sizeof *s);
		s[4] += t;
		s[0] = t + u;
	}
	for (int i = 0; i < 8; i++) state[i] = (uint32_t)(state[i] + s[i]);
}

static void block512(uint64_t *state, const unsigned char *p)
{
	uint64_t w[80], s[8];
	for (int i = 0; i < 16; i++) w[i] = (uint64_t)word(p + 8 * i) << 32 | word(p + 8 * i + 4);
	for (int i = 16; i < 80; i++) {
		uint64_t a = w[i - 15], b = w[i - 2];
		w[i] = w[i - 16] + (right64(a, 1) ^ right64(a, 8) ^ a >> 7) + w[i - 7];
		w[i] += right64(b, 19) ^ right64(b, 61) ^ b >> 6;
	}
	memcpy(s, state, sizeof s);
	for (int i = 0; i < 80; i++) {
		uint64_t a = s[0], e = s[4];
		uint64_t t = s[7] + (right64(e, 14) ^ right64(e, 18) ^ right64(e, 41)) + ((e & s[5]) ^ (~e & s[6]));
		t += k512[i] + w[i];
		uint64_t u = (right64(a, 28) ^ right64(a, 34) ^ right64(a, 39)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
		memmove(s + 1, s, 7 * sizeof *s);
		s[4] += t;
		s[0] = t + u;
	}
	for (int i = 0; i < 8; i++) state[i] += s[i];
}

static uint32_t block_size(const struct apk_hash *hash) { return hash->kind == APK_SHA512 ? 128 : 64; }

static void take(struct apk_hash *hash, const unsigned char *block)
{
	if (hash->kind == APK_SHA1) block1(hash->state, block);
	else if (hash->kind == APK_SHA256) block256(hash->state, block);
	else block512(hash->state, block);
}

void apk_hash_begin(struct apk_hash *hash, int32_t kind)
{
	memset(hash, 0, sizeof *hash);
	hash->kind = (uint32_t)kind;
	for (int i = 0; i < 8; i++) {
		if (kind == APK_SHA512) hash->state[i] = start512[i];
		else if (kind == APK_SHA256) hash->state[i] = start512[i] >> 32;
		else if (i < 5) hash->state[i] = start1[i];
	}
}

void apk_hash_add(struct apk_hash *hash, const void *bytes, size_t count)
{
	const unsigned char *p = bytes;
	uint32_t size = block_size(hash);
	hash->count += count;
	while (count > 0) {
		if (hash->used == 0 && count >= size) {
			take(hash, p);
			p += size;
			count -= size;
			continue;
		}
		size_t piece = size - hash->used;
		if (piece > count) piece = count;
		memcpy(hash->block + hash->used, p, piece);
		hash->used += (uint32_t)piece;
		p += piece;
		count -= piece;
		if (hash->used == size) {
			take(hash, hash->block);
			hash->used = 0;
		}
	}
}

int32_t apk_hash_end(struct apk_hash *hash, unsigned char *out)
{
	uint32_t size = block_size(hash), width = hash->kind == APK_SHA512 ? 8 : 4;
	uint64_t bits = hash->count * 8;
	hash->block[hash->used++] = 0x80;
	if (hash->used > size - size / 8) {
		memset(hash->block + hash->used, 0, size - hash->used);
		take(hash, hash->block);
		hash->used = 0;
	}
	memset(hash->block + hash->used, 0, size - hash->used);
	for (int i = 0; i < 8; i++) hash->block[size - 1 - i] = (unsigned char)(bits >> (8 * i));
	take(hash, hash->block);
	int32_t length = hash->kind == APK_SHA1 ? 20 : hash->kind == APK_SHA256 ? 32 : 64;
	for (int32_t i = 0; i < length; i++)
		out[i] = (unsigned char)(hash->state[(uint32_t)i / width] >> (8 * (width - 1 - (uint32_t)i % width)));
	return length;
}

/* One DER element of this tag: its content in *at and *left, what follows it returned; NULL for another or cut one. */
static const unsigned char *element(
	const unsigned char *p, size_t count, unsigned char tag, const unsigned char **at, size_t *left)
{
	if (count < 2 || p[0] != tag) return NULL;
	size_t length = p[1], header = 2;
	if (length & 0x80) {
		size_t digits = length & 0x7f;
		if (digits == 0 || digits > 3 || count < 2 + digits) return NULL;
		length = 0;
		for (size_t i = 0; i < digits; i++) length = length << 8 | p[2 + i];
		header += digits;
	}
	if (length > count - header) return NULL;
	*at = p + header;
	*left = length;
	return p + header + length;
}

static int base64(int c)
{
	if (c >= 'A' && c <= 'Z') return c - 'A';
	if (c >= 'a' && c <= 'z') return c - 'a' + 26;
	if (c >= '0' && c <= '9') return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

const char *apk_key_read(struct apk_key *key, const char *pem, size_t count)
{
	static const char begin[] = "-----BEGIN PUBLIC KEY-----";
	static const unsigned char rsa[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01};
	unsigned char der[APK_RSA_LARGEST + 256];
	size_t used = 0, i = 0;
	uint32_t bits = 0, held = 0;
	while (i + sizeof begin - 1 <= count && memcmp(pem + i, begin, sizeof begin - 1) != 0) i++;
	if (i + sizeof begin - 1 > count) return "it is no public key in PEM form";
	for (i += sizeof begin - 1; i < count && pem[i] != '-'; i++) {
		int value = base64((unsigned char)pem[i]);
		if (value < 0) continue;
		bits = bits << 6 | (uint32_t)value;
		held += 6;
		if (held < 8) continue;
		held -= 8;
		if (used == sizeof der) return "it is longer than 16384 bits";
		der[used++] = (unsigned char)(bits >> held);
	}
	const unsigned char *outer, *algorithm, *name, *body, *number, *rest;
	size_t outerLeft, algorithmLeft, nameLeft, bodyLeft, numberLeft;
	if (!element(der, used, 0x30, &outer, &outerLeft)) return "it is damaged";
	rest = element(outer, outerLeft, 0x30, &algorithm, &algorithmLeft);
	if (!rest || !element(algorithm, algorithmLeft, 0x06, &name, &nameLeft)) return "it is damaged";
	if (nameLeft != sizeof rsa || memcmp(name, rsa, sizeof rsa) != 0) return "it is no RSA key";
	if (!element(rest, outerLeft - (size_t)(rest - outer), 0x03, &body, &bodyLeft) || bodyLeft < 2 || body[0] != 0)
		return "it is damaged";
	struct apk_hash hash;
	unsigned char digest[64];
	apk_hash_begin(&hash, APK_SHA512);
	apk_hash_add(&hash, body + 1, bodyLeft - 1);
	apk_hash_end(&hash, digest);
	memcpy(key->identifier, digest, sizeof key->identifier);
	const unsigned char *numbers;
	size_t numbersLeft;
	if (!element(body + 1, bodyLeft - 1, 0x30, &numbers, &numbersLeft)) return "it is damaged";
	rest = element(numbers, numbersLeft, 0x02, &number, &numberLeft);
	if (!rest || numberLeft == 0) return "it is damaged";
	if (number[0] == 0) number++, numberLeft--;
	if (numberLeft < 256) return "it is shorter than 2048 bits";
	if (numberLeft > APK_RSA_LARGEST) return "it is longer than 16384 bits";
	key->size = (uint32_t)numberLeft;
	memcpy(key->modulus, number, numberLeft);
	if (!(key->modulus[numberLeft - 1] & 1)) return "its modulus is even";
	if (!element(rest, numbersLeft - (size_t)(rest - numbers), 0x02, &number, &numberLeft)) return "it is damaged";
	while (numberLeft > 0 && number[0] == 0) number++, numberLeft--;
	if (numberLeft == 0 || numberLeft > 4) return "its exponent is longer than 32 bits";
	key->exponent = 0;
	for (size_t n = 0; n < numberLeft; n++) key->exponent = key->exponent << 8 | number[n];
	if (key->exponent < 3 || !(key->exponent & 1)) return "its exponent is even or too small";
	return NULL;
}

/* Montgomery's product of a and b in `out`: numbers of `n` words, least first. `inverse` is -modulus^-1 mod 2^32. */
static void product(
	uint32_t *out, const uint32_t *a, const uint32_t *b, const uint32_t *modulus, uint32_t inverse, size_t n)
{
	uint32_t t[APK_RSA_LARGEST / 4 + 2] = {0};
	for (size_t i = 0; i < n; i++) {
		uint64_t carry = 0;
		for (size_t j = 0; j < n; j++) {
			carry += t[j] + (uint64_t)a[i] * b[j];
			t[j] = (uint32_t)carry;
			carry >>= 32;
		}
		carry += t[n];
		t[n] = (uint32_t)carry;
		t[n + 1] = (uint32_t)(carry >> 32);
		uint32_t m = t[0] * inverse;
		carry = ((uint64_t)m * modulus[0] + t[0]) >> 32;
		for (size_t j = 1; j < n; j++) {
			carry += t[j] + (uint64_t)m * modulus[j];
			t[j - 1] = (uint32_t)carry;
			carry >>= 32;
		}
		carry += t[n];
		t[n - 1] = (uint32_t)carry;
		t[n] = t[n + 1] + (uint32_t)(carry >> 32);
	}
	int isLarger = t[n] != 0;
	for (size_t j = n; !isLarger && j-- > 0;) {
		if (t[j] == modulus[j]) {
			if (j == 0) isLarger = 1;
			continue;
		}
		if (t[j] < modulus[j]) break;
		isLarger = 1;
	}
	uint64_t borrow = 0;
	for (size_t j = 0; j < n; j++) {
		uint64_t less = isLarger ? (uint64_t)t[j] - modulus[j] - borrow : t[j];
		borrow = isLarger ? less >> 63 : 0;
		out[j] = (uint32_t)less;
	}
}

static void load(uint32_t *words, size_t n, const unsigned char *bytes, size_t count)
{
	memset(words, 0, n * sizeof *words);
	for (size_t i = 0; i < count; i++) words[i / 4] |= (uint32_t)bytes[count - 1 - i] << (8 * (i % 4));
}

/* signature ^ exponent mod modulus, as many bytes as the modulus has. 0 if the signature is not below it. */
static int power(const struct apk_key *key, const unsigned char *signature, unsigned char *out)
{
	enum { most = APK_RSA_LARGEST / 4 };
	static uint32_t modulus[most], base[most], result[most], square[most];
	size_t n = (key->size + 3) / 4;
	if (memcmp(signature, key->modulus, key->size) >= 0) return 0;
	load(modulus, n, key->modulus, key->size);
	load(base, n, signature, key->size);
	uint32_t inverse = 1;
	for (int i = 0; i < 5; i++) inverse *= 2 - modulus[0] * inverse;
	inverse = 0 - inverse;
	/* 2^(64 n) mod modulus by doubling: it carries numbers into Montgomery's form. */
	memset(square, 0, n * sizeof *square);
	square[0] = 1;
	for (size_t i = 0; i < 64 * n; i++) {
		uint32_t top = square[n - 1] >> 31;
		for (size_t j = n - 1; j > 0; j--) square[j] = square[j] << 1 | square[j - 1] >> 31;
		square[0] <<= 1;
		int isLarger = (int)top;
		for (size_t j = n; !isLarger && j-- > 0;) {
			if (square[j] == modulus[j]) {
				if (j == 0) isLarger = 1;
				continue;
			}
			if (square[j] < modulus[j]) break;
			isLarger = 1;
		}
		uint64_t borrow = 0;
		for (size_t j = 0; isLarger && j < n; j++) {
			uint64_t less = (uint64_t)square[j] - modulus[j] - borrow;
			borrow = less >> 63;
			square[j] = (uint32_t)less;
		}
	}
	product(base, base, square, modulus, inverse, n);
	memcpy(result, base, n * sizeof *result);
	int bit = 31;
	while (!(key->exponent >> bit & 1)) bit--;
	while (bit-- > 0) {
		product(result, result, result, modulus, inverse, n);
		if (key->exponent >> bit & 1) product(result, result, base, modulus, inverse, n);
	}
	memset(square, 0, n * sizeof *square);
	square[0] = 1;
	product(result, result, square, modulus, inverse, n);
	for (size_t i = 0; i < key->size; i++) out[key->size - 1 - i] = (unsigned char)(result[i / 4] >> (8 * (i % 4)));
	return 1;
}

int32_t apk_key_verifies(
	const struct apk_key *key, int32_t digest, const void *bytes, size_t count, const unsigned char *signature,
	size_t signature_count)
{
	/* DER of DigestInfo up to the digest (RFC 8017, 9.2, note 1). */
	static const unsigned char sha1[] = {0x30, 0x21, 0x30, 0x09, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0, 4, 0x14};
	static const unsigned char sha2[] = {
		0x30, 0, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 0, 5, 0, 4, 0};
	unsigned char expected[APK_RSA_LARGEST], found[APK_RSA_LARGEST], prefix[19], value[64];
	struct apk_hash hash;
	if (signature_count != key->size || !power(key, signature, found)) return 0;
	apk_hash_begin(&hash, digest);
	apk_hash_add(&hash, bytes, count);
	size_t length = (size_t)apk_hash_end(&hash, value), lead = sizeof sha2;
	memcpy(prefix, sha2, sizeof sha2);
	prefix[1] = (unsigned char)(17 + length);
	prefix[14] = digest == APK_SHA512 ? 3 : 1;
	prefix[18] = (unsigned char)length;
	if (digest == APK_SHA1) {
		lead = sizeof sha1;
		memcpy(prefix, sha1, sizeof sha1);
	}
	size_t padding = key->size - 3 - lead - length;
	expected[0] = 0;
	expected[1] = 1;
	memset(expected + 2, 0xff, padding);
	expected[2 + padding] = 0;
	memcpy(expected + 3 + padding, prefix, lead);
	memcpy(expected + 3 + padding + lead, value, length);
	return memcmp(expected, found, key->size) == 0;
}
