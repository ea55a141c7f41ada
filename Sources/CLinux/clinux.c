#define _GNU_SOURCE
#include "clinux.h"

#include <malloc.h>
#include <string.h>
#include <sys/prctl.h>

const char *clinux_error_text(int code) { return strerrordesc_np(code); }

const char *clinux_error_name(int code) { return strerrorname_np(code); }

void clinux_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

void clinux_trim_heap(void) { malloc_trim(0); }
