/* A child that shares its parent's stack frames cannot exist: a copy it is. */
#define _GNU_SOURCE
#include <unistd.h>

pid_t vfork(void)
{
	return fork();
}
