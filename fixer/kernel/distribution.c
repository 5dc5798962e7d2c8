/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which packages have a kernel's files. Comes in: the kernel's release. Goes out: names for messages.
 *
 * Of a release, its end tells whose it is:
 *
 *	6.1.0-56-cloud-amd64, 6.12.48+deb13-amd64	Debian: an architecture
 *	6.8.0-49-generic, 6.8.0-1015-aws		Ubuntu: a flavour behind one number
 *	6.4.0-150600.23.25-default			SUSE: a flavour behind several numbers
 *	5.14.0-427.13.1.el9_4.x86_64+rt			RHEL and its kin, Fedora, openEuler, Amazon Linux: a mark of the
 *							distribution, an architecture, and it may be a variant
 */
#include "kernel/distribution.h"

#include <ctype.h>
#include <string.h>

size_t distribution_plain_length(const char *release)
{
	const char *dash = strrchr(release, '-');

	return dash ? (size_t)(dash - release) : strlen(release);
}

/* Is MARK in RELEASE, with a digit behind it? */
static bool has_mark(const char *release, const char *mark)
{
	for (const char *at = release; (at = strstr(at, mark)); at++)
		if (isdigit((unsigned char)at[strlen(mark)]))
			return true;
	return false;
}

static bool ends_with_any(const char *release, const char *const *ends, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (string_ends_with(release, ends[i]))
			return true;
	return false;
}

static bool is_debian(const char *release)
{
	static const char *const ends[] = {
		"-amd64", "-arm64",	  "-armmp",   "-armmp-lpae", "-686",	   "-686-pae",
		"-s390x", "-powerpc64le", "-riscv64", "-loong64",    "-4kc-malta", "-octeon",
	};

	return ends_with_any(release, ends, ARRAY_SIZE(ends)) || has_mark(release, "+deb");
}

/* What stands behind the version in releases of Ubuntu, "1015" of 6.8.0-1015-aws, and of SUSE, "150600.23.25". */
static bool has_build_number(const char *release, bool several)
{
	const char *at = strchr(release, '-');
	size_t length = at ? strspn(at + 1, "0123456789.") : 0;

	return length && at[1 + length] == '-' && several == !!memchr(at + 1, '.', length) &&
	       isalpha((unsigned char)at[2 + length]);
}

static bool is_ubuntu(const char *release)
{
	static const char *const flavours[] = {
		"-generic", "-lowlatency", "-aws", "-azure",  "-gcp",	"-gke",	  "-oracle",
		"-ibm",	    "-kvm",	   "-oem", "-nvidia", "-raspi", "-intel", "-realtime",
	};
	const char *flavour = strchr(release, '-');

	flavour = flavour ? strchr(flavour + 1, '-') : NULL;
	for (size_t i = 0; flavour && i < ARRAY_SIZE(flavours); i++)
		if (string_starts_with(flavour, flavours[i]))
			return has_build_number(release, false);
	return false;
}

static bool is_suse(const char *release)
{
	static const char *const ends[] = {
		"-default", "-longterm", "-vanilla", "-preempt", "-kvmsmall",
	};

	return ends_with_any(release, ends, ARRAY_SIZE(ends)) || has_build_number(release, true);
}

/* Where the architecture begins at the end of an RPM's release, 5.14.0-427.13.1.el9_4.x86_64+rt; NULL: it has none. */
static const char *rpm_architecture(const char *release)
{
	static const char *const known[] = {
		".x86_64", ".aarch64", ".ppc64le", ".s390x", ".riscv64", ".loongarch64", ".i686",
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		const char *at = strstr(release, known[i]);

		if (at && (!at[strlen(known[i])] || at[strlen(known[i])] == '+'))
			return at;
	}
	return NULL;
}

/* "kernel", or what the source package is called of which the kernel of an RPM's release was built. */
static const char *rpm_source_name(const char *release, struct arena *arena)
{
	const char *dot = strchr(release, '.');

	if (strstr(release, "uek."))
		return "kernel-uek";
	/* Of Amazon Linux 2023, its first kernel is "kernel", those that came later are "kernel6.12" and so on. */
	if (strstr(release, ".amzn2023.") && !string_starts_with(release, "6.1.") && dot)
		return arena_printf(
			arena, "kernel%.*s",
			(int)((size_t)(dot - release) + 1 + strspn(dot + 1, "0123456789")),
			release);
	return "kernel";
}

/* What the package is called in which that kernel is. */
static const char *rpm_name(const char *release, struct arena *arena)
{
	const char *variant = strchr(rpm_architecture(release), '+');

	return variant ? arena_printf(arena, "kernel-%s", variant + 1)
		       : rpm_source_name(release, arena);
}

/* The kernel's source as an RPM's spec file makes it, in ~/rpmbuild/BUILD. */
static const char *get_rpm_source(const char *release, struct arena *arena)
{
	const char *name = rpm_source_name(release, arena);
	int length = (int)(rpm_architecture(release) - release);

	return arena_printf(arena,
			    "dnf download --source %s-%.*s && rpm -i %s-%.*s.src.rpm && "
			    "rpmbuild -bp ~/rpmbuild/SPECS/%s.spec",
			    name, length, release, name, length, release, name);
}

static void rpm_packages(struct packages *packages, const char *release, struct arena *arena)
{
	const char *name = rpm_name(release, arena), *variant = strchr(release, '+');
	int length = (int)(variant ? (size_t)(variant - release) : strlen(release));
	bool has_source = has_mark(release, ".oe");

	packages->headers = arena_printf(arena, "%s-devel-%.*s", name, length, release);
	packages->debug = arena_printf(arena, "%s-debuginfo-%.*s", name, length, release);
	packages->source = arena_printf(
		arena,
		has_source ? "kernel-source-%.*s"
			   : "what 'rpmbuild -bp' makes of the source of kernel-%.*s",
		length, release);
	packages->get_headers = arena_printf(arena, "dnf install %s", packages->headers);
	packages->get_debug =
		arena_printf(arena, "dnf install --enablerepo='*debug*' %s", packages->debug);
	packages->get_source = has_source ? arena_printf(arena, "dnf install %s", packages->source)
					  : get_rpm_source(release, arena);
}

static void suse_packages(struct packages *packages, const char *release, struct arena *arena)
{
	int length = (int)distribution_plain_length(release);
	const char *flavour = release + length;

	packages->headers = arena_printf(arena, "kernel%s-devel-%.*s", flavour, length, release);
	packages->debug = arena_printf(arena, "kernel%s-debuginfo-%.*s", flavour, length, release);
	packages->source = arena_printf(arena, "kernel-source-%.*s", length, release);
	packages->get_headers = arena_printf(arena, "zypper install %s", packages->headers);
	packages->get_debug = arena_printf(arena, "zypper --plus-content debug install %s kernel%s",
					   packages->debug, flavour);
	packages->get_source = arena_printf(arena, "zypper install %s", packages->source);
}

/* "6.1" of 6.1.0-56: what Debian calls its source by. */
static const char *short_version(const char *release, struct arena *arena)
{
	size_t length = strspn(release, "0123456789");

	if (release[length] == '.')
		length += 1 + strspn(release + length + 1, "0123456789");
	return arena_strndup(arena, release, length);
}

/* "6.8.0" of 6.8.0-49: what Ubuntu calls it by. */
static const char *long_version(const char *release, struct arena *arena)
{
	return arena_strndup(arena, release, strspn(release, "0123456789."));
}

static void debian_packages(struct packages *packages, const char *release, struct arena *arena)
{
	packages->headers = arena_printf(arena, "linux-headers-%s", release);
	packages->debug = arena_printf(arena, "linux-image-%s-dbg", release);
	packages->source = arena_printf(arena, "linux-source-%s", short_version(release, arena));
	packages->get_headers = arena_printf(arena, "apt-get install %s", packages->headers);
	packages->get_debug = arena_printf(arena, "apt-get install %s", packages->debug);
	packages->get_source = arena_printf(arena, "apt-get install %s", packages->source);
}

static void ubuntu_packages(struct packages *packages, const char *release, struct arena *arena)
{
	static const char archive[] = "of Ubuntu's archive of debug symbols";

	packages->headers = arena_printf(arena, "linux-headers-%s", release);
	packages->debug =
		arena_printf(arena, "linux-image-unsigned-%s-dbgsym, %s", release, archive);
	packages->source = arena_printf(arena, "linux-source-%s", long_version(release, arena));
	packages->get_headers = arena_printf(arena, "apt-get install %s", packages->headers);
	packages->get_debug = arena_printf(
		arena, "apt-get install linux-image-unsigned-%s-dbgsym  # %s", release, archive);
	packages->get_source = arena_printf(arena, "apt-get install %s", packages->source);
}

void distribution_packages(struct packages *packages, const char *release, const char *version,
			   struct arena *arena)
{
	packages->get_headers = packages->get_debug = packages->get_source = NULL;
	if (rpm_architecture(release)) {
		rpm_packages(packages, release, arena);
	} else if (is_debian(release)) {
		debian_packages(packages, release, arena);
	} else if (is_suse(release)) {
		suse_packages(packages, release, arena);
	} else if (is_ubuntu(release)) {
		ubuntu_packages(packages, release, arena);
	} else {
		packages->headers = arena_printf(
			arena, "on Debian: linux-headers-%s, on Fedora and openEuler: kernel-devel",
			release);
		packages->debug = arena_printf(
			arena,
			"on Debian: linux-image-%s-dbg, on Fedora and openEuler: kernel-debuginfo",
			release);
		packages->source = arena_printf(
			arena, "on Debian: linux-source-%s, on Fedora: what 'rpmbuild -bp' makes",
			version ? version : short_version(release, arena));
	}
}
