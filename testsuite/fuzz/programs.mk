# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds klp-fixer, klp-plan and kallsympos once more, in the current folder, with another compiler or with other flags.
#
#	make -f programs.mk SOURCES=FOLDER CONFIG=FOLDER LIBRARIES="-lelf ..." COMPILER="gcc -fsanitize=address" [BEGIN=FILE]
#
# SOURCES: the folder fixer/. CONFIG: that which has config.h. LIBRARIES: what configure found. BEGIN: a C file with main(),
# which calls that of the programs by the name of program_main().
names := $(sort $(shell grep -o '[a-z0-9/-]*\.c\>' '$(SOURCES)/Makefile.am'))
mains := objects/fix/klp-fixer.o objects/kernel/kallsympos.o objects/plan/klp-plan.o
programs := klp-fixer kallsympos klp-plan
parts := $(filter-out $(mains), $(names:%.c=objects/%.o)) $(if $(BEGIN),begin.o)
flags := -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -I'$(CONFIG)' -I'$(SOURCES)' -I'$(SOURCES)/../runtime'

all: $(programs)

headers := $(wildcard $(SOURCES)/*/*.h $(SOURCES)/../runtime/*.h)

objects/%.o: $(SOURCES)/%.c $(headers)
	@mkdir -p $(@D)
	$(COMPILER) $(flags) $(if $(BEGIN),-Dmain=program_main) -c $< -o $@

begin.o: $(BEGIN)
	$(COMPILER) $(flags) -c $< -o $@

$(programs): $(parts) $(mains)
	$(COMPILER) $(parts) $(filter %/$@.o, $(mains)) $(LIBRARIES) -o $@
