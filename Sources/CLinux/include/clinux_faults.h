// Reading files that are mapped into memory, and that somebody else may cut short meanwhile.
#pragma once

/// From here on, until `clinux_end_mapped_read`, this thread survives pages that are not there.
///
/// A page of a mapped file beyond the file's end, or one that its disk can't read, raises SIGBUS. On
/// a thread that is between these two calls the page is replaced by one of zeros; elsewhere the
/// signal does what it did before. Not to be nested.
/// Source: mmap(2), "SIGBUS"; sigaction(2), BUS_ADRERR. systemd's own programs do so as well
/// (src/basic/sigbus.c), its library leaves it to the program.
void clinux_begin_mapped_read(void);
/// Ends it; whether a page was missing, so that what was read is not to be trusted.
int clinux_end_mapped_read(void);
