"""Files in: what officials already keep becomes records, read exactly or refused with reasons."""
