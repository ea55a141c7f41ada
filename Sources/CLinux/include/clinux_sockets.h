// Sockets of our own, for what is too small for a framework; each call says -errno when it fails.
#pragma once

// Opens a socket that does not block and begins to connect it to an IPv4 or IPv6 address.
//
// A stream may still be connecting: wait until it can be written, then ask for the result.
int clinux_connect(const char *address, unsigned short port, int is_stream);
// 0 when a stream is connected, otherwise the error's number.
int clinux_connect_result(int descriptor);
// Sends what fits now; the count. Raises no signal.
long clinux_send(int descriptor, const void *bytes, unsigned long count);
// Takes what is there now; the count, 0 at a stream's end.
long clinux_receive(int descriptor, void *bytes, unsigned long count);
