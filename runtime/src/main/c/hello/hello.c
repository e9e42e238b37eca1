// The one program of the image that Berth carries: says who and where it is, then waits to be told
// to end. Its subcommands are for looking around by an exec.
//
//   hello            print host name and addresses, wait for SIGTERM or SIGINT, exit 0
//   hello uname      the kernel's and the host's name
//   hello id         user, group and supplementary groups
//   hello env        the environment, one variable a line
//   hello cat FILE   a file
//   hello sleep N    wait N seconds
//   hello exit N     exit with N

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static int fail(const char *what) {
  perror(what);
  return 1;
}

// Writes " ADDRESS" for every address that is not the loopback's or link-local.
static void print_addresses(void) {
  struct ifaddrs *all = NULL;
  if (getifaddrs(&all) != 0) {
    return;
  }
  for (struct ifaddrs *at = all; at != NULL; at = at->ifa_next) {
    char text[INET6_ADDRSTRLEN];
    const void *address = NULL;
    if (at->ifa_addr == NULL || (at->ifa_flags & IFF_LOOPBACK) != 0) {
      continue;
    }
    if (at->ifa_addr->sa_family == AF_INET) {
      address = &((const struct sockaddr_in *)(const void *)at->ifa_addr)->sin_addr;
    } else if (at->ifa_addr->sa_family == AF_INET6) {
      const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)at->ifa_addr;
      address = IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr) ? NULL : &six->sin6_addr;
    }
    if (address != NULL && inet_ntop(at->ifa_addr->sa_family, address, text, sizeof text) != NULL) {
      printf(" %s", text);
    }
  }
  freeifaddrs(all);
}

static int greet(void) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  // Blocked before the greeting: who has read it may end us at once.
  if (sigprocmask(SIG_BLOCK, &ends, NULL) != 0) {
    return fail("sigprocmask");
  }
  char host[256] = "";
  if (gethostname(host, sizeof host - 1) != 0) {
    return fail("gethostname");
  }
  printf("hello from %s, address", host);
  print_addresses();
  printf("\n");
  fflush(stdout);
  int got = 0;
  if (sigwait(&ends, &got) != 0) {
    return fail("sigwait");
  }
  printf("goodbye\n");
  return 0;
}

static int print_uname(void) {
  struct utsname name;
  if (uname(&name) != 0) {
    return fail("uname");
  }
  printf("%s %s %s %s\n", name.sysname, name.nodename, name.release, name.machine);
  return 0;
}

static int print_id(void) {
  gid_t groups[64];
  int count = getgroups((int)(sizeof groups / sizeof groups[0]), groups);
  if (count < 0) {
    return fail("getgroups");
  }
  printf("uid=%u gid=%u groups=", (unsigned)geteuid(), (unsigned)getegid());
  for (int i = 0; i < count; i++) {
    printf("%s%u", i == 0 ? "" : ",", (unsigned)groups[i]);
  }
  printf("\n");
  return 0;
}

static int print_file(const char *path) {
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    return fail(path);
  }
  char block[4096];
  size_t got;
  while ((got = fread(block, 1, sizeof block, file)) > 0) {
    if (fwrite(block, 1, got, stdout) != got) {
      break;
    }
  }
  int broken = ferror(file);
  fclose(file);
  return broken ? fail(path) : 0;
}

int main(int argc, char **argv, char **environment) {
  const char *command = argc > 1 ? argv[1] : "";
  const char *argument = argc > 2 ? argv[2] : "";
  if (argc == 1) {
    return greet();
  }
  if (strcmp(command, "uname") == 0) {
    return print_uname();
  }
  if (strcmp(command, "id") == 0) {
    return print_id();
  }
  if (strcmp(command, "cat") == 0 && argc == 3) {
    return print_file(argument);
  }
  if (strcmp(command, "env") == 0) {
    for (char **at = environment; *at != NULL; at++) {
      puts(*at);
    }
    return 0;
  }
  if (strcmp(command, "sleep") == 0 && argc == 3) {
    sleep((unsigned)strtoul(argument, NULL, 10));
    return 0;
  }
  if (strcmp(command, "exit") == 0 && argc == 3) {
    return (int)strtol(argument, NULL, 10);
  }
  fprintf(stderr, "hello: usage: hello [uname | id | env | cat FILE | sleep N | exit N]\n");
  return 2;
}
