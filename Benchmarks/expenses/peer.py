"""Reads a PDF file with pdfplumber, page after page, and prints one JSON line as expenses-bench does: words and their
boxes, the least that a reader of statements needs."""

import json
import resource
import sys
import time

import pdfplumber


def main():
    for path in sys.argv[1:]:
        begin = time.monotonic()
        words = pages = 0
        with pdfplumber.open(path) as pdf:
            for page in pdf.pages:
                words += len(page.extract_words())
                pages += 1
                # Else every page stays in memory until the end.
                page.close()
        seconds = time.monotonic() - begin
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"file": path, "pages": pages, "words": words, "read_seconds": seconds, "own_memory": memory}))


if __name__ == "__main__":
    main()
