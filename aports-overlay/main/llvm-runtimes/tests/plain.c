/* A program of C that uses a library of C++: the library brings what it needs. */
#include <stdio.h>

int squareIsNamed(void);

int main(void)
{
	int good = squareIsNamed();

	printf("%s: a program of C uses a library of C++, which throws and catches\n", good ? "PASS" : "FAIL");
	return !good;
}
