#define _GNU_SOURCE
#include "program.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "creds.h"
#include "kernel.h"

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define KEYRING_JOIN_SESSION 1

/* Whether exec of this path could begin; errno says why not. Magic links, such as the binary of
 * a process of ours at /proc/self/exe, are no programs. */
static bool can_execute(const char *path)
{
	AUTO_FD fd = sys_openat2(AT_FDCWD, path, O_PATH, PATH_NO_MAGICLINKS);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return false;
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EACCES;
		return false;
	}
	char *const nothing[] = {NULL};
	if (syscall(SYS_execveat, fd, "", nothing, nothing, AT_EMPTY_PATH | AT_EXECVE_CHECK) == 0)
		return true;
	if (errno != EINVAL)
		return false;
	/* Before Linux 6.14 there is no such check: permissions alone. */
	return syscall(439 /* faccessat2 */, fd, "", X_OK, AT_EACCESS | AT_EMPTY_PATH) == 0;
}

static const char *search_path(const struct text_list *env)
{
	for (uint32_t i = 0; i < env->count; i++)
		if (strncmp(env->items[i], "PATH=", 5) == 0)
			return env->items[i] + 5;
	return DEFAULT_PATH;
}

static bool join_path(char path[PATH_MAX], const char *dir, size_t length, const char *name)
{
	if (length == 0 || length + 1 + strlen(name) >= PATH_MAX)
		return false;
	memcpy(path, dir, length);
	path[length] = '/';
	copy_text(path + length + 1, PATH_MAX - length - 1, name);
	return true;
}

int find_program(const struct process_plan *p, char path[PATH_MAX], struct failure *f)
{
	const char *name = p->args.items[0];
	if (strchr(name, '/')) {
		copy_text(path, PATH_MAX, name);
		return can_execute(path) ? 0 : fail(f, FAIL_REQUEST, errno, "find command", name);
	}
	int worst = ENOENT;
	const char *dirs = *name ? search_path(&p->env) : "";
	for (const char *at = dirs; *at;) {
		size_t length = strcspn(at, ":");
		if (join_path(path, at, length, name)) {
			if (can_execute(path))
				return 0;
			if (errno == EACCES)
				worst = EACCES;
		}
		at += length + (at[length] == ':');
	}
	return fail(f, FAIL_REQUEST, worst, "find command in PATH", name);
}

int enter_cwd(const char *cwd, bool *later, struct failure *f)
{
	char now[PATH_MAX];
	*later = false;
	if (chdir(cwd) < 0) {
		*later = errno == EACCES;
		return *later ? 0 : fail_path(f, errno, "change to working directory", cwd);
	}
	/* A directory outside of the root has no path from it: "(unreachable)". */
	if (!getcwd(now, sizeof now) || now[0] != '/')
		return fail(f, FAIL_REQUEST, ENOENT, "check working directory", cwd);
	return 0;
}

void reset_signals(void)
{
	sigset_t none;
	sigemptyset(&none);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

int lead_session(bool terminal, struct failure *f)
{
	if (setsid() < 0)
		return fail(f, FAIL_MACHINE, errno, "make session", "");
	(void)syscall(SYS_keyctl, KEYRING_JOIN_SESSION, NULL);
	if (terminal && ioctl(0, TIOCSCTTY, 0) < 0)
		return fail(f, FAIL_MACHINE, errno, "take terminal", "");
	return 0;
}

static int enter_as_user(const struct process_plan *p, bool later, char path[PATH_MAX],
			 struct failure *f)
{
	if (later && enter_cwd(p->cwd, &later, f) < 0)
		return -1;
	if (later)
		return fail(f, FAIL_REQUEST, EACCES, "change to working directory", p->cwd);
	return find_program(p, path, f);
}

int become_final(const struct process_plan *p, bool terminal, char path[PATH_MAX],
		 struct failure *f)
{
	bool later;
	if (lead_session(terminal, f) < 0 || set_rlimits(p, f) < 0 ||
	    enter_cwd(p->cwd, &later, f) < 0 || become_user(p, f) < 0 ||
	    enter_as_user(p, later, path, f) < 0)
		return -1;
	if (p->no_new_privs) {
		if (set_no_new_privs(f) < 0)
			return -1;
	} else if (p->filter_bytes > 0) {
		if (raise_for_filter(p, f) < 0 || load_filter(p, f) < 0 || drop_capabilities(p, f) < 0)
			return -1;
	}
	/* Changing credentials cleared it, so it comes after the last change. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return fail(f, FAIL_MACHINE, errno, "set parent death signal", "");
	return 0;
}

void run_program(const struct process_plan *p, const char *path, struct failure *f)
{
	if (p->no_new_privs && p->filter_bytes > 0 && load_filter(p, f) < 0)
		return;
	/* Nothing but stdio may pass: what slipped through until here is closed by exec. */
	if (sys_close_range(3, RANGE_CLOEXEC) < 0) {
		fail(f, FAIL_MACHINE, errno, "close descriptors", "");
		return;
	}
	execve(path, (char *const *)(uintptr_t)p->args.items, (char *const *)(uintptr_t)p->env.items);
	bool mistake = errno == ENOEXEC || errno == E2BIG || errno == ENOENT || errno == EACCES ||
		       errno == ENOTDIR || errno == ELOOP;
	fail(f, mistake ? FAIL_REQUEST : FAIL_MACHINE, errno, "execute", path);
}
