#define _GNU_SOURCE
#include "channel.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#define MOST_FDS 200

int channel_open(int ends[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
}

ssize_t send_with_fds(int fd, const void *bytes, size_t length, const int *fds, size_t count)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int) * 16)];
	} control;
	struct iovec part = {(void *)(uintptr_t)bytes, length};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	if (count > 16) {
		errno = EINVAL;
		return -1;
	}
	if (count > 0) {
		memset(&control, 0, sizeof control);
		message.msg_control = &control;
		message.msg_controllen = (socklen_t)CMSG_SPACE(sizeof(int) * count);
		struct cmsghdr *header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = (socklen_t)CMSG_LEN(sizeof(int) * count);
		memcpy(CMSG_DATA(header), fds, sizeof(int) * count);
	}
	ssize_t sent;
	do
		sent = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	return sent;
}

static size_t take_fds(struct msghdr *message, int *fds, size_t room)
{
	size_t taken = 0;
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
		return 0;
	size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	const unsigned char *data = CMSG_DATA(header);
	for (size_t i = 0; i < count; i++) {
		int fd;
		memcpy(&fd, data + i * sizeof fd, sizeof fd);
		if (taken < room)
			fds[taken++] = fd;
		else
			close(fd);
	}
	return taken;
}

ssize_t receive_with_fds(int fd, void *bytes, size_t room, int *fds, size_t *count)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int) * MOST_FDS)];
	} control;
	struct iovec part = {bytes, room};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control,
	};
	size_t wanted = *count;
	*count = 0;
	ssize_t length;
	do
		length = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	while (length < 0 && errno == EINTR);
	if (length < 0)
		return -1;
	*count = take_fds(&message, fds, wanted);
	if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
		while (*count > 0)
			close(fds[--*count]);
		errno = EMSGSIZE;
		return -1;
	}
	return length;
}

int channel_send(int fd, enum channel_type type, int value, int passed)
{
	struct channel_message message;
	memset(&message, 0, sizeof message);
	message.type = (uint32_t)type;
	message.value = value;
	return send_with_fds(fd, &message, sizeof message, &passed, passed >= 0 ? 1 : 0) < 0 ? -1 : 0;
}

void channel_fail(int fd, const struct failure *f)
{
	struct channel_message message;
	memset(&message, 0, sizeof message);
	message.type = CHANNEL_ERROR;
	memcpy(&message.failure, f, sizeof *f);
	(void)send_with_fds(fd, &message, sizeof message, NULL, 0);
}

int channel_receive(int fd, struct channel_message *message, int *passed)
{
	size_t count = 1;
	*passed = -1;
	ssize_t length = receive_with_fds(fd, message, sizeof *message, passed, &count);
	if (length <= 0)
		return length == 0 || errno == ECONNRESET ? 0 : -1;
	if ((size_t)length != sizeof *message) {
		close_fd(passed);
		errno = EPROTO;
		return -1;
	}
	message->failure.step[STEP_BYTES - 1] = '\0';
	message->failure.detail[DETAIL_BYTES - 1] = '\0';
	return 1;
}
