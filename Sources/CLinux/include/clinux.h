// What Glibc's module map hides from Swift: kernel interfaces behind macros and variadics.
#pragma once
#include <sys/inotify.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
