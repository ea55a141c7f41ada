#pragma once
#include <zlib.h>

/* `inflateInit2` is a macro; 16 more than the window's bits asks for gzip's frame (RFC 1952). */
static inline int czlib_start_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
