/* The other end of a throughput run: counts what it is sent, and serves what is scraped.
 *
 * usage: receiver PORT [FILE] [ordered | marked]
 *
 * POST PATH/_bulk      counts bytes and lines, answers as Elasticsearch does when all went well
 * POST anything else   counts bytes and, in a snappy-compressed body, remote write samples (1.0, and
 *                      2.0 when the request says so); 204
 * GET  /stats          requests=N bytes=N lines=N samples=N first=S last=S (monotonic seconds) ...
 * POST /reset          sets every count to zero
 * GET  anything else   FILE, as a Prometheus text exposition
 *
 * With `ordered` every series of remote write 1.0 is remembered: /stats then has series=N, disordered=N
 * (samples not later than the one before), widest=MS (the longest time between two) and stale=N (stale
 * markers, which are samples too). `scrapes` counts how often FILE was sent.
 *
 * With `marked` every `sent_ns=N;` in a body is taken for the monotonic time at which a log line was
 * written; /stats then has marks=N and, of the seconds from there until all of the body was here, the
 * quantiles p50, p90, p99 and the longest.
 *
 * One thread a connection; bodies need a Content-Length. Build: cc -O2 receiver.c -lsnappy -lpthread
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <snappy-c.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_LIMIT = 64 << 10, READ_SIZE = 1 << 20, BODY_LIMIT = 256 << 20 };

static atomic_llong requests, bytes, lines, samples, first_ns, last_ns, refused;
static atomic_llong scrapes, known_series, disordered, widest_ms, stale;
static char *served;
static size_t served_length;
static int is_ordered, is_marked;

/* The last timestamp of each series, by a hash of its labels; open addressing, never emptied. */
enum { SERIES_LIMIT = 1 << 18 };
static struct { uint64_t labels; int64_t last_ms; } *table;
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;

static long long now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void write_all(int fd, const char *data, size_t length) {
    while (length > 0) {
        ssize_t n = send(fd, data, length, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return;
        data += n;
        length -= (size_t)n;
    }
}

static void answer(int fd, const char *status, const char *type, const char *body, size_t length) {
    char head[256];
    int n;
    if (strncmp(status, "204", 3) == 0) {
        n = snprintf(head, sizeof head, "HTTP/1.1 %s\r\n\r\n", status);
    } else {
        n = snprintf(head, sizeof head,
                     "HTTP/1.1 %s\r\nContent-Type: %s\r\nX-Elastic-Product: Elasticsearch\r\n"
                     "Content-Length: %zu\r\n\r\n",
                     status, type, length);
    }
    write_all(fd, head, (size_t)n);
    if (length > 0) write_all(fd, body, length);
}

static long long count_lines(const char *data, size_t length) {
    long long n = 0;
    const char *end = data + length, *p = data;
    while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
        n++;
        p++;
    }
    return n;
}

/* Reads one varint; returns the position after it, or 0 where the message is cut off. */
static size_t read_varint(const uint8_t *m, size_t i, size_t n, uint64_t *value) {
    *value = 0;
    for (int shift = 0; shift < 64 && i < n; shift += 7) {
        *value |= (uint64_t)(m[i] & 0x7f) << shift;
        if (m[i++] < 0x80) return i;
    }
    return 0;
}

static uint64_t hashed(uint64_t hash, const uint8_t *m, size_t n) {
    for (size_t i = 0; i < n; i++) hash = (hash ^ m[i]) * 0x100000001b3;
    return hash;
}

/* Compares a sample with the one before it of the same series. */
static void follow(uint64_t labels, int64_t time_ms) {
    size_t i = (labels >> 20) % SERIES_LIMIT;
    while (table[i].labels != 0 && table[i].labels != labels) i = (i + 1) % SERIES_LIMIT;
    if (table[i].labels == 0) {
        if (known_series == SERIES_LIMIT / 2) {
            fprintf(stderr, "receiver: more than %d series\n", SERIES_LIMIT / 2);
            exit(1);
        }
        known_series++;
        table[i].labels = labels;
    } else {
        int64_t step = time_ms - table[i].last_ms;
        if (step <= 0) disordered++;
        if (step > widest_ms) widest_ms = step;
    }
    table[i].last_ms = time_ms;
}

/* One TimeSeries of 1.0: labels (field 1) come before samples (field 2: value, timestamp). */
static void follow_series(const uint8_t *m, size_t n) {
    uint64_t labels = 0xcbf29ce484222325, key, length;
    size_t i = 0;
    while (i < n) {
        if ((i = read_varint(m, i, n, &key)) == 0 || (key & 7) != 2) return;
        i = read_varint(m, i, n, &length);
        if (i == 0 || length > n - i) return;
        if (key >> 3 == 1) labels = hashed(labels, m + i, length);
        if (key >> 3 == 2) {
            uint64_t bits = 0, time_ms = 0;
            for (size_t at = i, end = i + length; at < end;) {
                if ((at = read_varint(m, at, end, &key)) == 0) return;
                if (key == 9 && end - at >= 8) {
                    memcpy(&bits, m + at, 8);
                    at += 8;
                } else if (key != 16 || (at = read_varint(m, at, end, &time_ms)) == 0) {
                    return;
                }
            }
            if (bits == 0x7ff0000000000002) stale++;
            follow(labels, (int64_t)time_ms);
        }
        i += length;
    }
}

/* The number of samples in a message: TimeSeries is field `series` of a request (1 in 1.0, 5 in 2.0),
 * and a sample is field 2 of that. */
static long long count_samples(const uint8_t *m, size_t n, int depth, uint64_t series) {
    long long found = 0;
    size_t i = 0;
    while (i < n) {
        uint64_t key, length;
        if ((i = read_varint(m, i, n, &key)) == 0) return found;
        switch (key & 7) {
        case 0:
            if ((i = read_varint(m, i, n, &length)) == 0) return found;
            break;
        case 1:
            i += 8;
            break;
        case 2:
            i = read_varint(m, i, n, &length);
            if (i == 0 || length > n - i) return found;
            if (depth == 0 && key >> 3 == series) {
                found += count_samples(m + i, length, 1, series);
                if (is_ordered && series == 1) follow_series(m + i, length);
            }
            if (depth == 1 && key >> 3 == 2) found++;
            i += length;
            break;
        default:
            return found;
        }
    }
    return found;
}

static long long count_remote_write(const char *body, size_t length, int version) {
    size_t size;
    long long found = -1;
    if (snappy_uncompressed_length(body, length, &size) != SNAPPY_OK || size > BODY_LIMIT) {
        refused++;
        return found;
    }
    char *message = malloc(size ? size : 1);
    if (is_ordered) pthread_mutex_lock(&table_lock);
    if (message && snappy_uncompress(body, length, message, &size) == SNAPPY_OK)
        found = count_samples((const uint8_t *)message, size, 0, version == 2 ? 5 : 1);
    if (is_ordered) pthread_mutex_unlock(&table_lock);
    free(message);
    if (found < 0) refused++;
    else samples += found;
    return found;
}

/* How long each marked line took, in seconds. */
enum { MARK_LIMIT = 1 << 20 };
static double *delays;
static size_t delay_count;
static pthread_mutex_t delay_lock = PTHREAD_MUTEX_INITIALIZER;

static void note_marks(const char *body, size_t length) {
    static const char mark[] = "sent_ns=";
    long long now = now_ns();
    const char *end = body + length, *p = body;
    pthread_mutex_lock(&delay_lock);
    while ((p = memmem(p, (size_t)(end - p), mark, sizeof mark - 1)) != NULL) {
        long long sent = 0;
        for (p += sizeof mark - 1; p < end && *p >= '0' && *p <= '9'; p++)
            sent = sent * 10 + (*p - '0');
        if (delay_count < MARK_LIMIT) delays[delay_count++] = (double)(now - sent) / 1e9;
    }
    pthread_mutex_unlock(&delay_lock);
}

static int by_value(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Writes what is known of delays behind other counts. */
static void show_marks(char *text, size_t room) {
    pthread_mutex_lock(&delay_lock);
    size_t n = delay_count;
    double empty = 0, *sorted = n > 0 ? delays : &empty;
    qsort(sorted, n, sizeof *sorted, by_value);
    size_t last = n > 0 ? n - 1 : 0;
    snprintf(text, room, " marks=%zu p50=%.6f p90=%.6f p99=%.6f longest=%.6f\n", n,
             sorted[last * 50 / 100], sorted[last * 90 / 100], sorted[last * 99 / 100],
             sorted[last]);
    pthread_mutex_unlock(&delay_lock);
}

static const char *header(const char *head, const char *name) {
    size_t length = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line; line = strstr(line + 2, "\r\n"))
        if (strncasecmp(line + 2, name, length) == 0 && line[2 + length] == ':') {
            line += 3 + length;
            return line + strspn(line, " ");
        }
    return NULL;
}

/* A receiver of 2.0 says what it has written; exemplars and histograms are not counted here. */
static void answer_written(int fd, long long taken) {
    char head[256];
    int n = snprintf(head, sizeof head,
                     "HTTP/1.1 204 No Content\r\n"
                     "X-Prometheus-Remote-Write-Samples-Written: %lld\r\n\r\n",
                     taken < 0 ? 0 : taken);
    write_all(fd, head, (size_t)n);
}

static void answer_get(int fd, const char *head) {
    if (strncmp(head, "GET /stats ", 11) == 0) {
        char text[768];
        int n = snprintf(text, sizeof text,
                         "requests=%lld bytes=%lld lines=%lld samples=%lld refused=%lld first=%.6f "
                         "last=%.6f scrapes=%lld series=%lld disordered=%lld widest=%lld stale=%lld\n",
                         requests, bytes, lines, samples, refused, first_ns / 1e9, last_ns / 1e9,
                         scrapes, known_series, disordered, widest_ms, stale);
        if (is_marked) {
            show_marks(text + n - 1, sizeof text - (size_t)n + 1);
            n = (int)strlen(text);
        }
        answer(fd, "200 OK", "text/plain", text, (size_t)n);
    } else {
        scrapes++;
        answer(fd, "200 OK", "text/plain; version=0.0.4; charset=utf-8", served, served_length);
    }
}

/* Reads the body behind `head`, of which `have` bytes are in `buffer` already. False: give up. */
static int take_body(int fd, const char *head, char *buffer, size_t have) {
    const char *text = header(head, "Content-Length");
    if (!text) {
        answer(fd, "411 Length Required", "text/plain", "", 0);
        return 0;
    }
    size_t length = strtoull(text, NULL, 10);
    int is_bulk = strstr(head, "/_bulk") != NULL && strstr(head, "/_bulk") < strstr(head, "\r\n");
    const char *encoding = header(head, "Content-Encoding");
    char *whole = NULL;
    int is_snappy = encoding && strncasecmp(encoding, "snappy", 6) == 0;
    if ((is_snappy || is_marked) && length <= BODY_LIMIT)
        whole = malloc(length ? length : 1);
    const char *expect = header(head, "Expect");
    if (expect && strncasecmp(expect, "100-continue", 12) == 0)
        write_all(fd, "HTTP/1.1 100 Continue\r\n\r\n", 25);

    long long expected = 0;
    atomic_compare_exchange_strong(&first_ns, &expected, now_ns());
    long long counted = 0;
    size_t seen = 0;
    ssize_t n = (ssize_t)have;
    while (1) {
        if (n > 0) {
            if (whole) memcpy(whole + seen, buffer, (size_t)n);
            if (!is_snappy) counted += count_lines(buffer, (size_t)n);
            seen += (size_t)n;
        }
        if (seen >= length) break;
        size_t wanted = length - seen < READ_SIZE ? length - seen : READ_SIZE;
        n = recv(fd, buffer, wanted, 0);
        if (n <= 0) {
            free(whole);
            return 0;
        }
    }
    const char *version = header(head, "X-Prometheus-Remote-Write-Version");
    int is_second = version && strncmp(version, "2.", 2) == 0;
    long long taken = is_snappy && whole ? count_remote_write(whole, length, is_second ? 2 : 1) : 0;
    if (is_marked && whole) note_marks(whole, length);
    free(whole);
    requests++;
    bytes += (long long)length;
    lines += counted;
    last_ns = now_ns();
    static const char accepted[] = "{\"took\":1,\"errors\":false,\"items\":[]}";
    if (is_bulk) answer(fd, "200 OK", "application/json", accepted, sizeof accepted - 1);
    else if (is_second) answer_written(fd, taken);
    else answer(fd, "204 No Content", "", "", 0);
    return 1;
}

static void *serve(void *argument) {
    int fd = (int)(intptr_t)argument;
    char *buffer = malloc(READ_SIZE + 1), *head = malloc(HEAD_LIMIT + 1);
    size_t have = 0;
    while (buffer && head) {
        char *end = NULL;
        while (have == 0 || (buffer[have] = 0, end = memmem(buffer, have, "\r\n\r\n", 4)) == NULL) {
            if (have >= HEAD_LIMIT) goto done;
            ssize_t n = recv(fd, buffer + have, HEAD_LIMIT - have, 0);
            if (n <= 0) goto done;
            have += (size_t)n;
        }
        size_t head_length = (size_t)(end - buffer) + 4;
        memcpy(head, buffer, head_length);
        head[head_length] = 0;
        memmove(buffer, buffer + head_length, have - head_length);
        have -= head_length;
        if (strncmp(head, "GET ", 4) == 0) {
            answer_get(fd, head);
        } else if (strncmp(head, "POST /reset ", 12) == 0) {
            requests = bytes = lines = samples = refused = first_ns = last_ns = 0;
            pthread_mutex_lock(&delay_lock);
            delay_count = 0;
            pthread_mutex_unlock(&delay_lock);
            answer(fd, "204 No Content", "", "", 0);
            have = 0;
        } else {
            /* What arrived with the head belongs to this request: clients here do not pipeline. */
            if (!take_body(fd, head, buffer, have)) break;
            have = 0;
        }
    }
done:
    free(buffer);
    free(head);
    close(fd);
    return NULL;
}

static void load(const char *path) {
    struct stat info;
    FILE *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &info) != 0) {
        perror(path);
        exit(1);
    }
    served_length = (size_t)info.st_size;
    served = malloc(served_length + 1);
    if (!served || fread(served, 1, served_length, file) != served_length) exit(1);
    fclose(file);
}

int main(int count, char **arguments) {
    if (count < 2) {
        fprintf(stderr, "usage: receiver PORT [FILE] [ordered | marked]\n");
        return 2;
    }
    if (count > 2) load(arguments[2]);
    is_ordered = count > 3 && strcmp(arguments[3], "ordered") == 0;
    is_marked = count > 3 && strcmp(arguments[3], "marked") == 0;
    if (is_ordered && (table = calloc(SERIES_LIMIT, sizeof *table)) == NULL) return 1;
    if (is_marked && (delays = calloc(MARK_LIMIT, sizeof *delays)) == NULL) return 1;
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    /* All of 127.0.0.0/8: scrape targets differ by address only. */
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)atoi(arguments[1]))};
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 512)) {
        perror("receiver: cannot listen");
        return 1;
    }
    for (;;) {
        struct sockaddr_in peer;
        socklen_t size = sizeof peer;
        int fd = accept(listener, (struct sockaddr *)&peer, &size);
        if (fd < 0) continue;
        if (ntohl(peer.sin_addr.s_addr) >> 24 != 127) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd) != 0) close(fd);
        else pthread_detach(thread);
    }
}
