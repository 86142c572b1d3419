"""CPU seconds of the programs a test ran and waited for: about the same on an idle machine and on a crowded one."""

import resource


def of_children() -> float:
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime
