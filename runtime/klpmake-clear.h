/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Modules that come back while a livepatch is there. Included by klpmake.h.
 *
 * When a patched module is loaded, the kernel relocates what the livepatch needs of it. On x86-64 it
 * refuses to do so where something other than zero stands already, and so it refuses the module when
 * it is loaded for the second time: "existing value is nonzero" (apply_relocate_add() in
 * arch/x86/kernel/module.c). Since 6.3 it clears these places itself when the module goes
 * (clear_relocate_add(), called by klp_cleanup_module_patches_limited()).
 */
#ifndef KLPMAKE_CLEAR_H
#define KLPMAKE_CLEAR_H

#include <linux/livepatch.h>
#include <linux/module.h>

#ifdef CONFIG_X86_64
#include <linux/version.h>
/* klpmake.mk defines it where an older kernel has that function. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0) && !defined(KLPMAKE_KERNEL_CLEARS)
#define KLPMAKE_KERNEL_CLEARS
#endif
#endif

#if defined(CONFIG_X86_64) && !defined(KLPMAKE_KERNEL_CLEARS)

#include <linux/elf.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

/*
 * Writes zeros to SIZE bytes of the livepatch, whose code is read-only: through another mapping of
 * its pages, as their addresses are vmalloc()'s. 0, or -ENOMEM.
 */
static inline int klpmake_clear_bytes(unsigned long address, unsigned int size)
{
	while (size) {
		unsigned int offset = offset_in_page(address);
		unsigned int count = min_t(unsigned int, size, PAGE_SIZE - offset);
		struct page *page = vmalloc_to_page((void *)address);
		char *mapped = page ? vmap(&page, 1, VM_MAP, PAGE_KERNEL) : NULL;

		if (!mapped)
			return -ENOMEM;
		memset(mapped + offset, 0, count);
		vunmap(mapped);
		address += count;
		size -= count;
	}
	return 0;
}

/* One .klp.rela section. */
static inline int klpmake_clear_section(const Elf64_Shdr *sections, const Elf64_Shdr *section)
{
	const Elf64_Rela *rela = (const Elf64_Rela *)section->sh_addr;
	unsigned long i, start = sections[section->sh_info].sh_addr;
	int result = 0;

	for (i = 0; !result && i < section->sh_size / sizeof(*rela); i++) {
		unsigned int type = ELF64_R_TYPE(rela[i].r_info);
		unsigned int size = type == R_X86_64_64 || type == R_X86_64_PC64 ? 8 : 4;

		result = klpmake_clear_bytes(start + rela[i].r_offset, size);
	}
	return result;
}

/* Is NAME that of a section with what OBJECT's code needs: ".klp.rela.OBJECT.SECTION"? */
static inline bool klpmake_is_section_of(const char *name, const char *object)
{
	static const char prefix[] = ".klp.rela.";
	size_t length = strlen(object);

	return !strncmp(name, prefix, sizeof(prefix) - 1) &&
	       !strncmp(name + sizeof(prefix) - 1, object, length) &&
	       name[sizeof(prefix) - 1 + length] == '.';
}

/*
 * To be called for a module when it was unpatched, in post_unpatch, or when pre_patch has refused it:
 * makes the livepatch as it was before the module was there, if the module goes. The code that is
 * changed is not in use any more: it belonged to the module's functions.
 *
 * klp-fixer looks for this name to find out whether it was thought of.
 */
static void __attribute__((__unused__, __noinline__)) klpmake_clear_relocations(struct klp_object *object)
{
	const struct klp_modinfo *info = THIS_MODULE->klp_info;
	unsigned int i;

	if (!object->name || !object->mod || object->mod->state == MODULE_STATE_LIVE || !info)
		return;
	for (i = 1; i < info->hdr.e_shnum; i++) {
		const Elf64_Shdr *section = &info->sechdrs[i];

		if (!(section->sh_flags & SHF_RELA_LIVEPATCH) ||
		    !klpmake_is_section_of(info->secstrings + section->sh_name, object->name) ||
		    !klpmake_clear_section(info->sechdrs, section))
			continue;
		pr_err("%s: no memory to unbind module '%s': it cannot be loaded again\n",
		       THIS_MODULE->name, object->name);
		return;
	}
}

#else

static void __attribute__((__unused__, __noinline__)) klpmake_clear_relocations(struct klp_object *object)
{
	(void)object;
}

#endif

#endif
