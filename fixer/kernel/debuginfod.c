/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files with debug information from debuginfod servers. Comes in: a build ID. Goes out: the path of a file in the
 * cache of libdebuginfod, which does all the work. It is loaded when it is needed: it and what it needs in turn
 * would be thirty libraries for every run of every program, most of which find their files on the disk.
 */
#include "kernel/debuginfod.h"

#include <stdlib.h>
#include <string.h>

#include "base/input-file.h"
#include "config.h"
#include "base/diag.h"

#ifdef HAVE_DEBUGINFOD
#include <dlfcn.h>
#include <elfutils/debuginfod.h>
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#endif

/* The servers, without white space around them; NULL: none. */
static const char *servers(struct arena *arena)
{
	static const char blank[] = " \t\n";
	const char *urls = getenv("DEBUGINFOD_URLS");
	size_t length;

	if (!urls)
		return NULL;
	urls += strspn(urls, blank);
	length = strlen(urls);
	while (length && strchr(blank, urls[length - 1]))
		length--;
	return length ? arena_strndup(arena, urls, length) : NULL;
}

bool debuginfod_is_wanted(void)
{
	struct arena arena = { NULL, 0, 0 };
	bool wanted = servers(&arena);

	arena_free(&arena);
	return wanted;
}

#ifdef HAVE_DEBUGINFOD
/* What is used of the library. */
struct library {
	void *handle;
	debuginfod_client *(*begin)(void);
	int (*find_debuginfo)(debuginfod_client *client, const unsigned char *build_id, int length,
			      char **path);
	void (*set_progressfn)(debuginfod_client *client, debuginfod_progressfn_t function);
	const char *(*get_url)(debuginfod_client *client);
	void (*end)(debuginfod_client *client);
};

static bool find_functions(struct library *library)
{
	const struct {
		void **function;
		const char *name;
	} wanted[] = {
		{ (void **)&library->begin, "debuginfod_begin" },
		{ (void **)&library->find_debuginfo, "debuginfod_find_debuginfo" },
		{ (void **)&library->set_progressfn, "debuginfod_set_progressfn" },
		{ (void **)&library->get_url, "debuginfod_get_url" },
		{ (void **)&library->end, "debuginfod_end" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		*wanted[i].function = dlsym(library->handle, wanted[i].name);
		if (!*wanted[i].function)
			return false;
	}
	return true;
}

/* Loaded once, and kept. NULL: *REASON says why. */
static const struct library *load(const char **reason, struct arena *arena)
{
	static struct library library;

	if (library.handle)
		return &library;
	library.handle = dlopen(DEBUGINFOD_SONAME, RTLD_NOW | RTLD_LOCAL);
	if (library.handle && find_functions(&library))
		return &library;
	*reason =
		arena_printf(arena, "libdebuginfod, of elfutils, cannot be loaded: %s", dlerror());
	if (library.handle)
		dlclose(library.handle);
	library.handle = NULL;
	return NULL;
}

/* What libdebuginfod calls while it fetches has no other way to know. */
static struct {
	const char *what;
	const struct library *library;
	bool announced;
	struct timespec shown;
	volatile sig_atomic_t signal; /* that asks to end; 0: none */
} fetching;

static void note_signal(int number)
{
	fetching.signal = number;
}

/* Not more often than five times in a second. */
static bool is_due(void)
{
	struct timespec now;
	long passed;

	if (clock_gettime(CLOCK_MONOTONIC, &now))
		return false;
	passed = (long)(now.tv_sec - fetching.shown.tv_sec) * 1000 +
		 (now.tv_nsec - fetching.shown.tv_nsec) / 1000000;
	if (passed < 200)
		return false;
	fetching.shown = now;
	return true;
}

/* TOTAL is 0 as long as the size is not known; what counts then may be no bytes. */
static int show_progress(debuginfod_client *client, long done, long total)
{
	const char *url = fetching.library->get_url(client);

	if (total > 0 && !fetching.announced) {
		fetching.announced = true;
		diag_info("fetching %s, %.1f MB, from %s", fetching.what, (double)total / 1e6,
			  url ? url : "a debuginfod server");
	}
	if (is_due()) {
		if (total > 0)
			diag_progress("fetching %s: %.1f of %.1f MB", fetching.what,
				      (double)done / 1e6, (double)total / 1e6);
		else
			diag_progress("asking for %s", fetching.what);
	}
	return fetching.signal;
}

/* Where the library keeps what it has fetched of BUILD_ID, as debuginfod_find_debuginfo(3) tells; NULL: nowhere. */
static const char *cached_file(const char *build_id, struct arena *arena)
{
	const char *cache = getenv("DEBUGINFOD_CACHE_PATH"), *home = getenv("HOME");
	const char *user = getenv("XDG_CACHE_HOME"), *old;

	if (!cache || !*cache) {
		old = arena_printf(arena, "%s/.debuginfod_client_cache", home ? home : "");
		if (home && input_file_is_there(old))
			cache = old;
		else if (user && *user)
			cache = arena_printf(arena, "%s/debuginfod_client", user);
		else if (home)
			cache = arena_printf(arena, "%s/.cache/debuginfod_client", home);
		else
			return NULL;
	}
	return arena_printf(arena, "%s/%s/debuginfo", cache, build_id);
}

/*
 * The library takes a file for missing that it was told not to go on with, and leaves an empty one in its place, for
 * which it would not ask any more for ten minutes.
 */
static void forget_missing(const char *build_id)
{
	struct arena arena = { NULL, 0, 0 };
	const char *path = cached_file(build_id, &arena);
	struct stat status;

	if (path && input_file_link_status(path, &status) && S_ISREG(status.st_mode) && !status.st_size)
		unlink(path);
	arena_free(&arena);
}

static const int ending_signals[] = { SIGINT, SIGTERM, SIGHUP };

/* So that the library can remove its temporary file: it is told to stop, and the program ends then. */
static void catch_signals(struct sigaction *before)
{
	struct sigaction action = { .sa_handler = note_signal };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(ending_signals); i++)
		if (!sigaction(ending_signals[i], NULL, &before[i]) &&
		    before[i].sa_handler != SIG_IGN)
			sigaction(ending_signals[i], &action, NULL);
}

/* And ends the program, if it was to end. */
static void release_signals(const struct sigaction *before)
{
	for (size_t i = 0; i < ARRAY_SIZE(ending_signals); i++)
		sigaction(ending_signals[i], &before[i], NULL);
	if (fetching.signal)
		raise(fetching.signal);
}

/* The library's result: a file descriptor, or a negative error number. *PATH is from malloc. */
static int ask(const struct library *library, const char *build_id, const char *what, char **path)
{
	struct sigaction before[ARRAY_SIZE(ending_signals)];
	debuginfod_client *client = library->begin();
	int result;

	if (!client)
		out_of_memory();
	fetching.what = what;
	fetching.library = library;
	fetching.announced = false;
	library->set_progressfn(client, show_progress);
	catch_signals(before);
	result = library->find_debuginfo(client, (const unsigned char *)build_id, 0, path);
	diag_progress_end();
	library->end(client);
	if (fetching.signal)
		forget_missing(build_id);
	release_signals(before);
	return result;
}

enum debuginfod_result debuginfod_fetch(const char *build_id, const char *what, const char **path,
					const char **reason, struct arena *arena)
{
	const char *urls = servers(arena);
	const struct library *library;
	char *found = NULL;
	int result;

	if (!urls) {
		*reason = "DEBUGINFOD_URLS names no server";
		return DEBUGINFOD_FAILED;
	}
	library = load(reason, arena);
	if (!library)
		return DEBUGINFOD_FAILED;
	diag_verbose("asking for build ID %s: %s", build_id, urls);
	result = ask(library, build_id, what, &found);
	if (result >= 0) {
		close(result);
		*path = arena_strdup(arena, found);
		free(found);
		return DEBUGINFOD_FOUND;
	}
	if (result == -ENOENT) {
		*reason = arena_printf(arena, "no server of DEBUGINFOD_URLS has build ID %s: %s",
				       build_id, urls);
		return DEBUGINFOD_MISSING;
	}
	*reason = arena_printf(arena, "DEBUGINFOD_URLS, build ID %s: %s: %s", build_id,
			       strerror(-result), urls);
	return DEBUGINFOD_FAILED;
}
#else
enum debuginfod_result debuginfod_fetch(const char *build_id, const char *what, const char **path,
					const char **reason, struct arena *arena)
{
	(void)build_id;
	(void)what;
	(void)path;
	*reason = servers(arena) ? "this program was built without libdebuginfod" : NULL;
	return DEBUGINFOD_FAILED;
}
#endif
