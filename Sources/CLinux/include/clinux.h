// What Glibc's module map hides from Swift: kernel interfaces behind macros and variadics.
#pragma once
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/inotify.h>
#include <sys/statfs.h>
#include <sys/timex.h>
#include <sys/utsname.h>

#include "clinux_faults.h"
#include "clinux_mappings.h"
#include "clinux_sockets.h"

// The text of an error number in the C locale, or NULL; safe on any thread.
const char *clinux_error_text(int code);
// The symbolic name of an error number ("ENOENT"), or NULL.
const char *clinux_error_name(int code);
// Names the calling thread; the kernel keeps 15 bytes.
void clinux_name_thread(const char *name);
// Gives free memory of the heap back to the kernel.
void clinux_trim_heap(void);
