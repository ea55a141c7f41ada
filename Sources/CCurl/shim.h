#pragma once

/* libcurl's type-checking macros can't see through the functions below. */
#ifndef CURL_DISABLE_TYPECHECK
#define CURL_DISABLE_TYPECHECK
#endif
#include <curl/curl.h>
#if LIBCURL_VERSION_NUM < 0x075700
#error "libcurl 7.87 or newer is needed; install libcurl4-openssl-dev of Debian 12 or newer"
#endif
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>

/*
 * Swift calls no variadic C functions, so each shape of `curl_easy_setopt`, `curl_multi_setopt`
 * and `curl_easy_getinfo` that is needed has a function here. Handles are `void *` throughout,
 * whatever the library's version calls them.
 */

static inline CURLcode ccurl_set_long(void *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_size(void *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_string(void *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_pointer(void *easy, CURLoption option, const void *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_list(void *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

/* Sets bytes that libcurl copies. */
static inline CURLcode ccurl_set_blob(
    void *easy, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return curl_easy_setopt(easy, option, &blob);
}

typedef size_t (*ccurl_data_callback)(char *data, size_t size, size_t count, void *context);

static inline CURLcode ccurl_set_callback(void *easy, CURLoption option, ccurl_data_callback value) {
    return curl_easy_setopt(easy, option, value);
}

/* Sockets that are not TCP's have no such option, which does no harm. */
static inline int ccurl_open_socket(void *milliseconds, curl_socket_t socket, curlsocktype purpose) {
    unsigned int value = (unsigned int)(size_t)milliseconds;
    (void)purpose;
    (void)setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &value, sizeof value);
    return CURL_SOCKOPT_OK;
}

/* Ends a connection when what was sent is not acknowledged within a time (TCP_USER_TIMEOUT). */
static inline CURLcode ccurl_set_user_timeout(void *easy, long milliseconds) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, (void *)(size_t)milliseconds);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, ccurl_open_socket);
}

static inline CURLcode ccurl_get_long(void *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode ccurl_get_pointer(void *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, (char **)value);
}

static inline CURLMcode ccurl_multi_set_long(void *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/*
 * The next finished transfer of `multi`: its handle, or NULL when there is none; its outcome goes
 * to `result`.
 */
static inline void *ccurl_next_finished(void *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

static inline void *ccurl_easy_init(void) { return curl_easy_init(); }
static inline void ccurl_easy_reset(void *easy) { curl_easy_reset(easy); }
static inline void ccurl_easy_cleanup(void *easy) { curl_easy_cleanup(easy); }
static inline void *ccurl_multi_init(void) { return curl_multi_init(); }
static inline CURLMcode ccurl_multi_add(void *multi, void *easy) {
    return curl_multi_add_handle(multi, easy);
}
static inline CURLMcode ccurl_multi_remove(void *multi, void *easy) {
    return curl_multi_remove_handle(multi, easy);
}
/*
 * Libcurl says which sockets it waits for and when it wants to be called without one; nothing that
 * a call does is in proportion to the transfers that merely wait, unlike `curl_multi_perform`.
 */
typedef int (*ccurl_socket_callback)(
    void *easy, curl_socket_t socket, int what, void *context, void *assigned);
typedef int (*ccurl_timer_callback)(void *multi, long timeout_ms, void *context);

static inline void ccurl_multi_set_callbacks(
    void *multi, ccurl_socket_callback socket, ccurl_timer_callback timer, void *context) {
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
}

static inline CURLMcode ccurl_multi_act(void *multi, int socket, int events) {
    int running = 0;
    return curl_multi_socket_action(multi, socket, events, &running);
}

/* Has `poll` watch a socket for what libcurl's callback says. */
static inline void ccurl_poll_watch(int poll, int socket, int what) {
    struct epoll_event event = {0};
    event.data.fd = socket;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(poll, EPOLL_CTL_DEL, socket, &event);
        return;
    }
    if (what & CURL_POLL_IN) event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
    /* A number may be another socket's by now, which the kernel has never seen here. */
    if (epoll_ctl(poll, EPOLL_CTL_MOD, socket, &event) != 0)
        epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
}

struct ccurl_ready {
    int socket;
    int events;
};

/* Waits for sockets; returns how many are ready, none after a signal. */
static inline int ccurl_poll_wait(
    int poll, int timeout_ms, struct ccurl_ready *_Nonnull ready, int limit) {
    struct epoll_event events[64];
    int count = epoll_wait(poll, events, limit < 64 ? limit : 64, timeout_ms);
    for (int index = 0; index < count; index++) {
        uint32_t found = events[index].events;
        ready[index].socket = events[index].data.fd;
        ready[index].events = (found & (EPOLLIN | EPOLLHUP) ? CURL_CSELECT_IN : 0) |
            (found & EPOLLOUT ? CURL_CSELECT_OUT : 0) | (found & EPOLLERR ? CURL_CSELECT_ERR : 0);
    }
    return count < 0 ? 0 : count;
}

static inline int ccurl_poll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }
static inline int ccurl_bell_create(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
static inline void ccurl_bell_ring(int bell) { eventfd_write(bell, 1); }
static inline void ccurl_bell_quiet(int bell) {
    eventfd_t count;
    eventfd_read(bell, &count);
}

/* Lets a paused transfer go on; may call the write callback before it returns. */
static inline CURLcode ccurl_resume(void *easy) { return curl_easy_pause(easy, CURLPAUSE_CONT); }
static inline CURLMcode ccurl_multi_cleanup(void *multi) { return curl_multi_cleanup(multi); }
static inline CURLcode ccurl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

/* Macros and enumerators that Swift imports under awkward types or not at all. */
enum {
    ccurl_http_1_1 = CURL_HTTP_VERSION_1_1,
    ccurl_http_2_tls = CURL_HTTP_VERSION_2TLS,
    ccurl_tls_1_0 = CURL_SSLVERSION_TLSv1_0,
    ccurl_tls_1_1 = CURL_SSLVERSION_TLSv1_1,
    ccurl_tls_1_2 = CURL_SSLVERSION_TLSv1_2,
    ccurl_tls_1_3 = CURL_SSLVERSION_TLSv1_3,
    ccurl_auth_basic = (int)CURLAUTH_BASIC,
    ccurl_poll_in = CURL_POLL_IN,
    ccurl_no_socket = CURL_SOCKET_TIMEOUT,
    ccurl_error_size = CURL_ERROR_SIZE,
    ccurl_pause = CURL_WRITEFUNC_PAUSE,
};

/*
 * Starts the detached thread that runs the library, with a small stack and no signals: a new
 * thread inherits the mask, so SIGTERM goes to the threads that wait for it, and a broken pipe
 * can't end the process. Returns 0 or an error number.
 */
static inline int ccurl_start_thread(
    size_t stack_bytes, void *(*_Nonnull body)(void *_Nullable), void *_Nullable context) {
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, before;
    int code = pthread_attr_init(&attributes);
    if (code != 0) return code;
    pthread_attr_setstacksize(&attributes, stack_bytes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    code = pthread_create(&thread, &attributes, body, context);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return code;
}

/* Names the calling thread, at most 15 bytes, for `top -H` and stack traces. */
static inline void ccurl_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
