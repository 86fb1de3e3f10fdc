"""The memory that the embedded server may take."""

import os
from pathlib import Path


def memory_settings() -> dict[str, str]:
    """The server's settings that follow from the memory there is."""
    memory = memory_bytes()
    megabytes = {
        # The machine also runs the application, so a half of what a machine of its own would give.
        "shared_buffers": min(max(memory // 8, 64 << 20), 1 << 30),
        "effective_cache_size": memory // 2,
        "maintenance_work_mem": min(max(memory // 32, 32 << 20), 256 << 20),
        "work_mem": min(max(memory // 400, 4 << 20), 32 << 20),  # per sort, of up to 16 at once
    }
    return {name: f"{size >> 20}MB" for name, size in megabytes.items()}


def memory_bytes() -> int:
    """The memory of this machine, or of the container where that is less."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = Path("/sys/fs/cgroup/memory.max")
    text = limit.read_text().strip() if limit.exists() else "max"
    return min(machine, int(text)) if text.isdigit() else machine
