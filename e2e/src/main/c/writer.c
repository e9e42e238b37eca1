/* Writes to its standard output as a benchmark wants it:
 *
 *   writer lines BYTES SECONDS [MB_PER_SECOND]   numbered lines of this length, one a write below
 *                                                a rate of nothing, else many a write
 *   writer blocks BYTES SECONDS                  blocks without a newline
 *
 * At the end it says on its standard error how many bytes it wrote and how many lines. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROOM (64u << 10)
#define DIGITS 10

static char room[ROOM];

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static size_t put(size_t length)
{
	ssize_t written = write(1, room, length);
	if (written != (ssize_t)length)
		exit(1);
	return length;
}

static void number(char *line, uint64_t value)
{
	for (int i = DIGITS - 1; i >= 0; i--, value /= 10)
		line[i] = (char)('0' + value % 10);
}

static void hold_back(double begun, size_t bytes, double rate)
{
	double early = (double)bytes / rate - (now() - begun);
	if (rate > 0 && early > 0.001)
		usleep((useconds_t)(early * 1e6));
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	int lines = strcmp(argv[1], "lines") == 0;
	size_t length = strtoul(argv[2], NULL, 10);
	double seconds = atof(argv[3]);
	double rate = argc > 4 ? atof(argv[4]) * 1e6 : 0;
	if (length < DIGITS + 1 || length > ROOM)
		return 2;
	size_t at_once = lines && rate > 0 ? ROOM / length : 1;
	uint64_t count = 0;
	size_t bytes = 0;
	memset(room, 'x', sizeof room);
	for (size_t i = 1; lines && i <= at_once; i++)
		room[i * length - 1] = '\n';
	double begun = now();
	while (now() - begun < seconds) {
		for (size_t i = 0; lines && i < at_once; i++)
			number(room + i * length, ++count);
		bytes += put(at_once * length);
		hold_back(begun, bytes, rate);
	}
	fprintf(stderr, "%zu %llu\n", bytes, (unsigned long long)count);
	return 0;
}
