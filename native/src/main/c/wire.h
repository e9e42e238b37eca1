/* Messages between the daemon and the shim: one seqpacket message each, at most 64 KiB.
 *
 *   request   u16 operation        u16 zero     u32 id   body     descriptors
 *   reply     u16 operation|8000h  u16 status   u32 id   body     descriptors
 *   event     u16 event            u16 zero     u32 zero body
 *
 * Status 0 is success; otherwise it is an enum fail_kind and the body is i32 errno, text step,
 * text detail. Text is u16 length and bytes. Plans come as memfds. Wire.java is the other side. */
#ifndef BERTH_WIRE_H
#define BERTH_WIRE_H

#include "base.h"

/* Wire.java says what came with which version. A test builds shims of other versions. */
#ifndef WIRE_VERSION
#define WIRE_VERSION 5
#endif
#define WIRE_HEADER 8
#define WIRE_MAX 65536
#define WIRE_REPLY 0x8000u

enum operation {
	OP_HELLO = 1,
	OP_PREPARE_POD = 2,
	OP_POD_NAMESPACES = 3,
	OP_CREATE = 4,
	OP_START = 5,
	OP_SIGNAL = 6,
	OP_KILL = 7,
	OP_REMOVE = 8,
	OP_EXEC = 9,
	OP_KILL_EXEC = 10,
	OP_REOPEN_LOG = 11,
	OP_INVENTORY = 12,
	OP_END = 13,
	OP_HANG_UP_EXEC = 14,
	OP_POD_SOCKETS = 15,
	OP_ATTACH = 16,
	OP_CLOSE_STDIN = 17,
	OP_COMPLETE_POD = 18,
	OP_CREATE_BY_RUNTIME = 19,
	OP_START_BY_RUNTIME = 20,
	OP_EXEC_BY_RUNTIME = 21,
	OP_LOG_COUNTS = 22,
	EVENT_EXIT = 0x4001,
	EVENT_EXEC_EXIT = 0x4002,
};

struct reader {
	const uint8_t *at;
	const uint8_t *end;
	bool bad;
};

uint32_t read_u32(struct reader *r);

/* Text into room, with NUL; too long or with NUL inside makes the reader bad. */
void read_text(struct reader *r, char *text, size_t room);

struct writer {
	uint8_t *start;
	size_t length;
	size_t room;
	bool full;
};

void write_u16(struct writer *w, uint16_t value);
void write_u32(struct writer *w, uint32_t value);
void write_u64(struct writer *w, uint64_t value);
void write_text(struct writer *w, const char *text);

#endif
