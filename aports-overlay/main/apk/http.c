/* HTTP/1.0 by plain sockets: one request a connection, the body ends with it. */
#define _GNU_SOURCE
#include "machine.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct address {
	char host[256], port[8];
	const char *path;
};

/* Takes `http://HOST[:PORT][/PATH]` apart. */
static int parse(const char *text, struct address *out)
{
	if (strncasecmp(text, "http://", 7) != 0) return -EPROTONOSUPPORT;
	text += 7;
	size_t length = strcspn(text, "/");
	out->path = text[length] ? text + length : "/";
	const char *at = memchr(text, '@', length);
	if (at) return -EINVAL;
	size_t host = length, port = 0;
	if (text[0] == '[') {
		const char *end = memchr(text, ']', length);
		if (!end) return -EINVAL;
		host = (size_t)(end - text) - 1;
		text++;
		if (end[1] == ':') port = (size_t)(end - text) + 2;
		length--;
	} else {
		const char *colon = memchr(text, ':', length);
		if (colon) {
			host = (size_t)(colon - text);
			port = host + 1;
		}
	}
	if (host == 0 || host >= sizeof out->host) return -EINVAL;
	memcpy(out->host, text, host);
	out->host[host] = 0;
	strcpy(out->port, "80");
	if (port) {
		if (length - port == 0 || length - port >= sizeof out->port) return -EINVAL;
		memcpy(out->port, text + port, length - port);
		out->port[length - port] = 0;
	}
	return 0;
}

static int connected(const struct address *to)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
	if (getaddrinfo(to->host, to->port, &hints, &found) != 0) return -EHOSTUNREACH;
	int result = -EHOSTUNREACH;
	for (struct addrinfo *a = found; a; a = a->ai_next) {
		int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd < 0) {
			result = -errno;
			continue;
		}
		struct timeval patience = {60, 0};
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
		if (connect(fd, a->ai_addr, a->ai_addrlen) == 0) {
			result = fd;
			break;
		}
		result = -errno;
		close(fd);
	}
	freeaddrinfo(found);
	return result;
}

/* Reads the head of the answer up to its empty line; its length, or a negated errno. */
static int head(int fd, char *room, size_t size)
{
	size_t used = 0;
	while (used + 1 < size) {
		int got = apk_read(fd, room + used, 1);
		if (got < 0) return got;
		if (got == 0) return -EPROTO;
		used++;
		room[used] = 0;
		if (used >= 4 && strcmp(room + used - 4, "\r\n\r\n") == 0) return (int)used;
		if (used >= 2 && strcmp(room + used - 2, "\n\n") == 0) return (int)used;
	}
	return -E2BIG;
}

/* The value of a field of the head, without blanks before it. */
static const char *field(const char *text, const char *name)
{
	size_t length = strlen(name);
	for (const char *line = strchr(text, '\n'); line; line = strchr(line, '\n')) {
		line++;
		if (strncasecmp(line, name, length) == 0 && line[length] == ':')
			return line + length + 1 + strspn(line + length + 1, " \t");
	}
	return NULL;
}

static int has_control(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || *text == 127) return 1;
	return 0;
}

static int ask(const char *text, int64_t offset, int64_t since, int32_t *fd, char *room, size_t size)
{
	struct address to, proxy;
	if (has_control(text)) return -EINVAL;
	int result = parse(text, &to);
	if (result < 0) return result;
	const char *by = getenv("http_proxy");
	int isProxied = by && *by && parse(by, &proxy) == 0;
	int connection = connected(isProxied ? &proxy : &to);
	if (connection < 0) return connection;
	char extra[256] = "";
	if (offset > 0) snprintf(extra, sizeof extra, "Range: bytes=%lld-\r\n", (long long)offset);
	if (since >= 0) {
		time_t when = (time_t)since;
		struct tm tm;
		strftime(extra, sizeof extra, "If-Modified-Since: %a, %d %b %Y %H:%M:%S GMT\r\n", gmtime_r(&when, &tm));
	}
	int isPlain = strcmp(to.port, "80") == 0;
	int bracket = strchr(to.host, ':') != NULL;
	int length = snprintf(
		room, size, "GET %s HTTP/1.0\r\nHost: %s%s%s%s%s\r\nUser-Agent: apkfarm-apk\r\nAccept: */*\r\n%s\r\n",
		isProxied ? text : to.path, bracket ? "[" : "", to.host, bracket ? "]" : "", isPlain ? "" : ":",
		isPlain ? "" : to.port, extra);
	result = length < (int)size ? apk_write(connection, room, (size_t)length) : -ENAMETOOLONG;
	if (result >= 0) result = head(connection, room, size);
	if (result < 0) {
		close(connection);
		return result;
	}
	int status = 0;
	if (sscanf(room, "HTTP/%*d.%*d %d", &status) != 1 || status < 100) {
		close(connection);
		return -EPROTO;
	}
	*fd = connection;
	return status;
}

int32_t apk_http_open(const char *address, int64_t offset, int64_t since, int32_t *fd, int64_t *length)
{
	char room[8192], next[2048];
	if (strlen(address) >= sizeof next) return -ENAMETOOLONG;
	strcpy(next, address);
	for (int redirections = 0; redirections < 6; redirections++) {
		int status = ask(next, offset, since, fd, room, sizeof room);
		if (status < 0) return status;
		const char *value = field(room, "content-length");
		*length = value ? strtoll(value, NULL, 10) : -1;
		const char *coding = field(room, "transfer-encoding");
		if (coding && strncasecmp(coding, "identity", 8) != 0) {
			close(*fd);
			return -EPROTO;
		}
		if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) return status;
		const char *where = field(room, "location");
		size_t count = where ? strcspn(where, " \t\r\n") : 0;
		close(*fd);
		if (count == 0 || count >= sizeof next) return -EPROTO;
		if (where[0] == '/') {
			size_t host = 7 + strcspn(next + 7, "/");
			if (host + count >= sizeof next) return -ENAMETOOLONG;
			memcpy(next + host, where, count);
			next[host + count] = 0;
		} else {
			memcpy(next, where, count);
			next[count] = 0;
		}
	}
	return -ELOOP;
}
