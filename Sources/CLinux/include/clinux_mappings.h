// The pages of the program and its libraries that this process has mapped.
#pragma once

/// Unmaps the pages of segments that were never writable: clean, and in the page cache if needed.
///
/// Segments with relocated addresses (writable, or read-only after relocation) are left alone.
/// Source: madvise(2), MADV_DONTNEED; dl_iterate_phdr(3); elf(5).
void clinux_release_clean_segments(void);
