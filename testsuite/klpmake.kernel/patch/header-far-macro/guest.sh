# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# The scheduler makes the queue's requests: twice the default number. How many more there may be, sixteen times that, is
# said by the macro of another header.
observe() {
	insmod /example/loop.ko || return
	queue=/sys/block/loop0/queue
	echo mq-deadline >$queue/scheduler
	echo "at first: $(cat $queue/nr_requests)"
	for number in 1500 900; do
		if echo $number >$queue/nr_requests; then
			echo "$number are possible"
		else
			echo "$number are too many"
		fi
	done 2>/dev/null
	rmmod loop
}
