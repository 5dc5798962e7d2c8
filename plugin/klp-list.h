/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file's struct klp_patch, klp_object and klp_func as the lists that the kernel reads and writes. */
#ifndef KLPMAKE_KLP_LIST_H
#define KLPMAKE_KLP_LIST_H

/* Reports what the kernel would read beyond its end, or not find there any more. Before the interprocedural passes. */
void klp_list_check(void);

#endif
