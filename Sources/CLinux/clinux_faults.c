#define _GNU_SOURCE
#include "clinux_faults.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

// Read by the signal's handler on the thread that raised it, so they need no lock.
static _Thread_local volatile sig_atomic_t is_reading;
static _Thread_local volatile sig_atomic_t has_faulted;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct sigaction former;
static uintptr_t page_size;

static void handle(int number, siginfo_t *info, void *context) {
    (void)context;
    int saved = errno;
    // A broken memory module (BUS_MCEERR_AR) or a misaligned access is nothing to go on after.
    if (is_reading && info->si_code == BUS_ADRERR && info->si_addr) {
        has_faulted = 1;
        void *page = (void *)((uintptr_t)info->si_addr & ~(page_size - 1));
        const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
        if (mmap(page, page_size, PROT_READ, flags, -1, 0) == page) {
            errno = saved;
            return;
        }
    }
    // The access is tried again after the return, and ends as if this handler had not been there.
    sigaction(number, &former, NULL);
    errno = saved;
}

static void install(void) {
    page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &former);
}

void clinux_begin_mapped_read(void) {
    pthread_once(&once, install);
    // Threads that leave signals to others block them all; a fault that is blocked ends the process.
    sigset_t faults;
    sigemptyset(&faults);
    sigaddset(&faults, SIGBUS);
    pthread_sigmask(SIG_UNBLOCK, &faults, NULL);
    has_faulted = 0;
    is_reading = 1;
}

int clinux_end_mapped_read(void) {
    is_reading = 0;
    return has_faulted;
}
