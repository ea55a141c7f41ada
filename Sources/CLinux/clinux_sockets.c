#include "include/clinux_sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int clinux_connect(const char *address, unsigned short port, int is_stream) {
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } to;
    socklen_t size;
    memset(&to, 0, sizeof to);
    if (inet_pton(AF_INET, address, &to.four.sin_addr) == 1) {
        to.four.sin_family = AF_INET;
        to.four.sin_port = htons(port);
        size = sizeof to.four;
    } else if (inet_pton(AF_INET6, address, &to.six.sin6_addr) == 1) {
        to.six.sin6_family = AF_INET6;
        to.six.sin6_port = htons(port);
        size = sizeof to.six;
    } else {
        return -EINVAL;
    }
    int kind = (is_stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
    int descriptor = socket(to.any.sa_family, kind, 0);
    if (descriptor < 0) return -errno;
    if (connect(descriptor, &to.any, size) == 0 || errno == EINPROGRESS) return descriptor;
    int code = errno;
    close(descriptor);
    return -code;
}

int clinux_connect_result(int descriptor) {
    int code = 0;
    socklen_t size = sizeof code;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) != 0) return errno;
    return code;
}

long clinux_send(int descriptor, const void *bytes, unsigned long count) {
    long sent = send(descriptor, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent < 0 ? -errno : sent;
}

long clinux_receive(int descriptor, void *bytes, unsigned long count) {
    long received = recv(descriptor, bytes, count, MSG_DONTWAIT);
    return received < 0 ? -errno : received;
}
