#include "wire.h"

#include <string.h>

static bool take(struct reader *r, void *to, size_t length)
{
	if (r->bad || (size_t)(r->end - r->at) < length) {
		r->bad = true;
		memset(to, 0, length);
		return false;
	}
	memcpy(to, r->at, length);
	r->at += length;
	return true;
}

uint32_t read_u32(struct reader *r)
{
	uint32_t value;
	take(r, &value, sizeof value);
	return value;
}

void read_text(struct reader *r, char *text, size_t room)
{
	uint16_t length;
	text[0] = '\0';
	if (!take(r, &length, sizeof length))
		return;
	if (length >= room || !take(r, text, length) || memchr(text, 0, length)) {
		r->bad = true;
		text[0] = '\0';
		return;
	}
	text[length] = '\0';
}

static void put(struct writer *w, const void *from, size_t length)
{
	if (w->full || w->room - w->length < length) {
		w->full = true;
		return;
	}
	memcpy(w->start + w->length, from, length);
	w->length += length;
}

void write_u16(struct writer *w, uint16_t value)
{
	put(w, &value, sizeof value);
}

void write_u32(struct writer *w, uint32_t value)
{
	put(w, &value, sizeof value);
}

void write_u64(struct writer *w, uint64_t value)
{
	put(w, &value, sizeof value);
}

void write_text(struct writer *w, const char *text)
{
	uint16_t length = (uint16_t)strnlen(text, UINT16_MAX);
	write_u16(w, length);
	put(w, text, length);
}
