#include <time.h>

#include "shim.h"

static uint64_t read_clock(clockid_t which)
{
	struct timespec now;
	clock_gettime(which, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t wall_clock(void)
{
	return read_clock(CLOCK_REALTIME);
}

uint64_t steady_clock(void)
{
	return read_clock(CLOCK_MONOTONIC);
}
