/*
 * Mathematics: spot checks. The expected values were computed with long double
 * (x87) on a native machine and rounded to double. Up to one unit in the last
 * place is allowed, as no C library promises more; sqrt must be exact.
 */
#define _GNU_SOURCE
#include "check.h"
#include <complex.h>
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdint.h>

static const struct {
	const char *name;
	double (*function)(double);
	double argument, result;
} one_argument[] = {
	{ "sin", sin, 0x1.999999999999ap-4, 0x1.98eaecb8bcb2cp-4 },
	{ "sin", sin, 0x1p+0, 0x1.aed548f090ceep-1 },
	{ "sin", sin, 0x1.8p+1, 0x1.210386db6d55bp-3 },
	{ "sin", sin, 0x1.9p+6, -0x1.03425b78c4db8p-1 },
	{ "sin", sin, 0x1.86ap+16, 0x1.24daa9c527e96p-5 },
	{ "sin", sin, -0x1.4p+1, -0x1.326af0dcfcab1p-1 },
	{ "sin", sin, 0x1.0f0cf064dd592p+73, -0x1.b453ab76bf397p-1 },
	{ "cos", cos, 0x1.999999999999ap-4, 0x1.fd712f9a817c1p-1 },
	{ "cos", cos, 0x1p+0, 0x1.14a280fb5068cp-1 },
	{ "cos", cos, 0x1.8p+1, -0x1.fae04be85e5d2p-1 },
	{ "cos", cos, 0x1.9p+6, 0x1.b981dbf665fdfp-1 },
	{ "cos", cos, 0x1.86ap+16, -0x1.ffac3841b3da7p-1 },
	{ "cos", cos, 0x1.0f0cf064dd592p+73, 0x1.0be2cef01c8f4p-1 },
	{ "tan", tan, 0x1.999999999999ap-4, 0x1.9af8877430b8p-4 },
	{ "tan", tan, 0x1p+0, 0x1.8eb245cbee3a6p+0 },
	{ "tan", tan, 0x1.8p+0, 0x1.c33ed50b88777p+3 },
	{ "tan", tan, -0x1.4p+1, 0x1.7e79b4e00bb15p-1 },
	{ "tan", tan, 0x1.86ap+16, -0x1.250a9d503313dp-5 },
	{ "asin", asin, 0x1.999999999999ap-4, 0x1.9a49276037884p-4 },
	{ "asin", asin, 0x1p-1, 0x1.0c152382d7366p-1 },
	{ "asin", asin, -0x1.fae147ae147aep-1, -0x1.6de3c6f33d51dp+0 },
	{ "acos", acos, 0x1.999999999999ap-4, 0x1.787b22ce3f59p+0 },
	{ "acos", acos, 0x1p-1, 0x1.0c152382d7366p+0 },
	{ "acos", acos, -0x1.fae147ae147aep-1, 0x1.8001be1bc011bp+1 },
	{ "atan", atan, 0x1.999999999999ap-4, 0x1.983e282e2cc4dp-4 },
	{ "atan", atan, 0x1p+0, 0x1.921fb54442d18p-1 },
	{ "atan", atan, -0x1.ep+4, -0x1.8997fbb8b19cp+0 },
	{ "sinh", sinh, 0x1.999999999999ap-4, 0x1.9a487337b59b3p-4 },
	{ "sinh", sinh, 0x1p+0, 0x1.2cd9fc44eb982p+0 },
	{ "sinh", sinh, -0x1.4p+2, -0x1.28d0166f07374p+6 },
	{ "cosh", cosh, 0x1.999999999999ap-4, 0x1.0147f40224b38p+0 },
	{ "cosh", cosh, 0x1p+0, 0x1.8b07551d9f55p+0 },
	{ "cosh", cosh, 0x1.4p+2, 0x1.28d6fcbeff3aap+6 },
	{ "tanh", tanh, 0x1.999999999999ap-4, 0x1.983d7795f413ap-4 },
	{ "tanh", tanh, 0x1p+0, 0x1.85efab514f394p-1 },
	{ "tanh", tanh, -0x1.4p+2, -0x1.fff419668df11p-1 },
	{ "asinh", asinh, 0x1.999999999999ap-4, 0x1.98eb9e7e5fc3ep-4 },
	{ "asinh", asinh, 0x1.4p+3, 0x1.7fc5c506d2bdbp+1 },
	{ "asinh", asinh, -0x1.4p+2, -0x1.27fdfac4e438p+1 },
	{ "acosh", acosh, 0x1.8p+0, 0x1.ecc2caec5160ap-1 },
	{ "acosh", acosh, 0x1.4p+3, 0x1.7f21ed1ce05d4p+1 },
	{ "atanh", atanh, 0x1.999999999999ap-4, 0x1.9af93cd234412p-4 },
	{ "atanh", atanh, -0x1.ccccccccccccdp-1, -0x1.78e360604b32dp+0 },
	{ "exp", exp, 0x1.999999999999ap-4, 0x1.1aec7b35a00d4p+0 },
	{ "exp", exp, 0x1p+0, 0x1.5bf0a8b145769p+1 },
	{ "exp", exp, -0x1.4p+4, 0x1.1b48655f37267p-29 },
	{ "exp", exp, 0x1.5ep+9, 0x1.d945df4f8ec8ep+1009 },
	{ "exp", exp, -0x1.72p+9, 0x0.0000000000055p-1022 },
	{ "exp2", exp2, 0x1.999999999999ap-4, 0x1.125fbee250664p+0 },
	{ "exp2", exp2, -0x1.8p+0, 0x1.6a09e667f3bcdp-2 },
	{ "exp2", exp2, 0x1.f4p+9, 0x1p+1000 },
	{ "expm1", expm1, 0x1.b7cdfd9d7bdbbp-34, 0x1.b7cdfd9dda4e3p-34 },
	{ "expm1", expm1, 0x1p+0, 0x1.b7e151628aed3p+0 },
	{ "expm1", expm1, -0x1.4p+2, -0x1.fc8cd803fe559p-1 },
	{ "log", log, 0x1.999999999999ap-4, -0x1.26bb1bbb55515p+1 },
	{ "log", log, 0x1p+1, 0x1.62e42fefa39efp-1 },
	{ "log", log, 0x1.7e43c8800759cp+996, 0x1.5963447f87fb5p+9 },
	{ "log", log, 0x1.00068db8bac71p+0, 0x1.a368d0657fcd4p-14 },
	{ "log2", log2, 0x1.999999999999ap-4, -0x1.a934f0979a371p+1 },
	{ "log2", log2, 0x1.8p+1, 0x1.95c01a39fbd68p+0 },
	{ "log2", log2, 0x1.7e43c8800759cp+996, 0x1.f24a09f1a8b89p+9 },
	{ "log10", log10, 0x1.999999999999ap-4, -0x1p+0 },
	{ "log10", log10, 0x1p+1, 0x1.34413509f79ffp-2 },
	{ "log10", log10, 0x1.0f0cf064dd592p+73, 0x1.6p+4 },
	{ "log1p", log1p, 0x1.b7cdfd9d7bdbbp-34, 0x1.b7cdfd9d1d693p-34 },
	{ "log1p", log1p, 0x1p+0, 0x1.62e42fefa39efp-1 },
	{ "log1p", log1p, -0x1p-1, -0x1.62e42fefa39efp-1 },
	{ "cbrt", cbrt, 0x1.999999999999ap-4, 0x1.db4c7760bcff3p-2 },
	{ "cbrt", cbrt, 0x1.bp+4, 0x1.8p+1 },
	{ "cbrt", cbrt, -0x1.f4p+9, -0x1.4p+3 },
	{ "sqrt", sqrt, 0x1p+1, 0x1.6a09e667f3bcdp+0 },
	{ "sqrt", sqrt, 0x1.999999999999ap-4, 0x1.43d136248490fp-2 },
	{ "sqrt", sqrt, 0x1.7e43c8800759cp+996, 0x1.38d352e5096afp+498 },
	{ "erf", erf, 0x1.999999999999ap-4, 0x1.cca5ea24fb334p-4 },
	{ "erf", erf, 0x1p+0, 0x1.af767a741088bp-1 },
	{ "erf", erf, -0x1p+1, -0x1.fd9ae142795e3p-1 },
	{ "erfc", erfc, 0x1.999999999999ap-4, 0x1.c66b42bb60999p-1 },
	{ "erfc", erfc, 0x1p+0, 0x1.4226162fbddd5p-3 },
	{ "erfc", erfc, 0x1.4p+2, 0x1.b0c1a759f7739p-40 },
	{ "tgamma", tgamma, 0x1p-1, 0x1.c5bf891b4ef6bp+0 },
	{ "tgamma", tgamma, 0x1.4p+2, 0x1.8p+4 },
	{ "tgamma", tgamma, 0x1.5p+3, 0x1.14ade639225cap+20 },
	{ "tgamma", tgamma, -0x1.8p+0, 0x1.2e7fb0bcdf4f2p+1 },
	{ "lgamma", lgamma, 0x1p-1, 0x1.250d048e7a1bdp-1 },
	{ "lgamma", lgamma, 0x1.9p+6, 0x1.67225b4879462p+8 },
	{ "lgamma", lgamma, 0x1.999999999999ap-4, 0x1.2058e35f3deeep+1 },
};

static const struct {
	const char *name;
	double (*function)(double, double);
	double first, second, result;
} two_arguments[] = {
	{ "pow", pow, 0x1p+1, 0x1p-1, 0x1.6a09e667f3bcdp+0 },
	{ "pow", pow, 0x1.199999999999ap+0, 0x1.9p+6, 0x1.aea4e6126bb95p+13 },
	{ "pow", pow, 0x1.4p+3, -0x1.4p+2, 0x1.4f8b588e368f1p-17 },
	{ "pow", pow, -0x1.8p+1, 0x1.4p+2, -0x1.e6p+7 },
	{ "pow", pow, 0x1.3333333333333p-2, 0x1.3333333333333p-2, 0x1.64c8e84c5f4e9p-1 },
	{ "pow", pow, 0x1.000001ad7f29bp+0, 0x1.312dp+23, 0x1.5bf0a790ce6f2p+1 },
	{ "atan2", atan2, 0x1p+0, 0x1p+1, 0x1.dac670561bb4fp-2 },
	{ "atan2", atan2, -0x1p+0, -0x1p+1, -0x1.56c6e7397f5aep+1 },
	{ "atan2", atan2, 0x1.999999999999ap-4, -0x1.8p+1, 0x1.8ddbd87e7a36cp+1 },
	{ "hypot", hypot, 0x1.8p+1, 0x1p+2, 0x1.4p+2 },
	{ "hypot", hypot, 0x1.4e718d7d7625ap+664, 0x1.4e718d7d7625ap+664, 0x1.d8f9811335b57p+664 },
	{ "hypot", hypot, 0x1p+0, 0x1.12e0be826d695p-30, 0x1p+0 },
	{ "fmod", fmod, 0x1.5p+3, 0x1.8p+1, 0x1.8p+0 },
	{ "fmod", fmod, -0x1.5p+3, 0x1.8p+1, -0x1.8p+0 },
	{ "fmod", fmod, 0x1.7e43c8800759cp+996, 0x1.cp+2, 0x1p+0 },
	{ "remainder", remainder, 0x1.5p+3, 0x1.8p+1, -0x1.8p+0 },
	{ "remainder", remainder, -0x1.6p+3, 0x1p+2, 0x1p+0 },
	{ "remainder", remainder, 0x1.cp+2, 0x1p+1, -0x1p+0 },
	{ "fdim", fdim, 0x1.8p+1, 0x1p+0, 0x1p+1 },
	{ "fdim", fdim, 0x1p+0, 0x1.8p+1, 0x0p+0 },
	{ "copysign", copysign, 0x1.8p+1, -0x0p+0, -0x1.8p+1 },
	{ "copysign", copysign, -0x1.8p+1, 0x1p+0, 0x1.8p+1 },
};

/* Doubles in order, so that neighbours differ by one. */
static int64_t ordered(double value)
{
	int64_t bits;

	memcpy(&bits, &value, sizeof bits);
	return bits < 0 ? INT64_MIN - bits : bits;
}

static bool near(double found, double expected, int units)
{
	int64_t distance = ordered(found) - ordered(expected);

	if (distance < -units || distance > units) {
		printf("    %a, not %a\n", found, expected);
		return false;
	}
	return true;
}

/* All lines of one function make one check. */
static void tables(void)
{
	char name[40];
	bool good = true;
	size_t count = sizeof one_argument / sizeof *one_argument;

	for (size_t i = 0; i < count; i++) {
		const char *function = one_argument[i].name;
		int units = !strcmp(function, "sqrt") ? 0 : strstr(function, "gamma") ? 4 : 1;
		good &= near(one_argument[i].function(RUNTIME(double, one_argument[i].argument)), one_argument[i].result, units);
		if (i + 1 == count || strcmp(function, one_argument[i + 1].name)) {
			snprintf(name, sizeof name, "math: %s", function);
			CHECK(name, good);
			good = true;
		}
	}
	count = sizeof two_arguments / sizeof *two_arguments;
	for (size_t i = 0; i < count; i++) {
		const char *function = two_arguments[i].name;
		good &= near(two_arguments[i].function(RUNTIME(double, two_arguments[i].first),
			RUNTIME(double, two_arguments[i].second)), two_arguments[i].result, 1);
		if (i + 1 == count || strcmp(function, two_arguments[i + 1].name)) {
			snprintf(name, sizeof name, "math: %s", function);
			CHECK(name, good);
			good = true;
		}
	}
}

#define EACH(function, a, b, c, d, e, f) \
	CHECK("math: " #function, function(RUNTIME(double, 2.5)) == (a) && function(RUNTIME(double, -2.5)) == (b) && \
		function(RUNTIME(double, 3.5)) == (c) && function(RUNTIME(double, 0.49999999999999994)) == (d) && \
		function(RUNTIME(double, -0.3)) == (e) && function(RUNTIME(double, 2251799813685249.5)) == (f))

static void rounding(void)
{
	EACH(floor, 2, -3, 3, 0, -1, 2251799813685249);
	EACH(ceil, 3, -2, 4, 1, 0, 2251799813685250);
	EACH(trunc, 2, -2, 3, 0, 0, 2251799813685249);
	EACH(rint, 2, -2, 4, 0, 0, 2251799813685250);
	EACH(nearbyint, 2, -2, 4, 0, 0, 2251799813685250);
	EACH(round, 3, -3, 4, 0, 0, 2251799813685250);
	EACH(llrint, 2, -2, 4, 0, 0, 2251799813685250);
	CHECK("math: lrint", lrint(RUNTIME(double, -2147483647.5)) == -2147483648LL);
}

static void single(void)
{
	volatile float x = 2, half = 2.5f, small = 0.1f;

	CHECK("math: floats: sqrtf", sqrtf(x) == 0x1.6a09e6p+0f);
	CHECK("math: floats: rounding", floorf(half) == 2 && ceilf(half) == 3 && truncf(-half) == -2 && rintf(half) == 2 &&
		fabsf(-half) == 2.5f && roundf(half) == 3);
	CHECK("math: floats: sinf, expf, powf", fabsf(sinf(small) - 0.09983342f) < 2e-8f && fabsf(expf(small) - 1.105171f) < 2e-7f &&
		fabsf(powf(x, half) - 5.656854f) < 1e-6f);
}

static void special(void)
{
	volatile double zero = 0, infinity = INFINITY, number = NAN;
	int exponent = 0, quotient = 0;
	double whole = 0;

	CHECK("math: infinities and NaN", 1 / zero == infinity && isnan(zero / zero) && isnan(sqrt(-1 - zero)) && log(zero) == -infinity &&
		exp(-infinity) == 0 && pow(zero, 0) == 1 && isnan(fmod(1, zero)) && atan(infinity) == M_PI_2);
	CHECK("math: classes", fpclassify(zero) == FP_ZERO && fpclassify(0x1p-1074 + zero) == FP_SUBNORMAL && isinf(infinity) &&
		isnan(number) && signbit(-zero) && !signbit(zero));
	CHECK("math: fmax and fmin ignore NaN", fmax(number, 1) == 1 && fmin(1, number) == 1 && fmax(-1, 2) == 2);
	CHECK("math: fma rounds once", fma(RUNTIME(double, 0x1.0000002p0), 0x1.0000002p0, -0x1.0000004p0) == 0x1p-54 + 0 * zero ||
		fma(RUNTIME(double, 0x1.0000002p0), 0x1.0000002p0, -0x1.0000004p0) == 0x1p-54);
	CHECK("math: frexp and ldexp", frexp(12 + zero, &exponent) == 0.75 && exponent == 4 && ldexp(0.75, 4) == 12 && scalbn(1, -1074) == 0x1p-1074);
	CHECK("math: modf", modf(-3.25 + zero, &whole) == -0.25 && whole == -3);
	CHECK("math: logb, ilogb, nextafter", logb(8 + zero) == 3 && ilogb(0.1 + zero) == -4 && nextafter(1 + zero, 2) == 1 + DBL_EPSILON);
	CHECK("math: remquo", remquo(29 + zero, 3, &quotient) == -1 && (quotient & 7) == (10 & 7));
	CHECK("math: complex", cabs(3 + 4 * I) == 5 && fabs(creal(cexp(I * M_PI)) + 1) < 1e-15 && fabs(cimag(csqrt(-4.0)) - 2) < 1e-15);
	CHECK("math: integers", abs(-5) == 5 && llabs(-5LL) == 5 && div(-7, 2).quot == -3 && div(-7, 2).rem == -1 && lldiv(7, -2).quot == -3);
	CHECK("math: the rounding mode is to nearest", fegetround() == FE_TONEAREST);
}

static void extended(void)
{
	volatile long double x = 2, third = 1;

	third /= 3;
	CHECK("math: long double", fabsl(sqrtl(x) * sqrtl(x) - 2) <= 2 * LDBL_EPSILON && fabsl(third * 3 - 1) <= LDBL_EPSILON &&
		fabsl(expl(logl(x)) - 2) <= 4 * LDBL_EPSILON && fabsl(sinl(x) * sinl(x) + cosl(x) * cosl(x) - 1) <= 2 * LDBL_EPSILON);
	CHECK("math: long double rounding", floorl(-2.5L * third * 3) == -3 && truncl(x * 1.25L) == 2 && llrintl(x * 1.25L) == 2);
	CHECK("math: long double is at least as good as double", LDBL_MANT_DIG >= 64 && LDBL_MAX_EXP == 16384);
}

int main(void)
{
	tables();
	rounding();
	single();
	special();
	extended();
	return check_status();
}
