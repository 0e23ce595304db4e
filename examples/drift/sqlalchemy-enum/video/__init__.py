"""Videos: uploaded to object storage, then analysed by workers."""
