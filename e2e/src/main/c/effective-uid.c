/* Set-user-id root in its image: shows whether no_new_privs holds. */
#include <stdio.h>
#include <unistd.h>

int main(void) {
    return printf("Effective uid: %ld\n", (long)geteuid()) < 0;
}
