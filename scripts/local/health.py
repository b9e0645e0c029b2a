"""The container's health check: `health PORT` fails unless the page's API answers."""

import os
import sys
import urllib.request
from urllib.parse import urlsplit

if __name__ == "__main__":
    # The proxy answers for the public address only.
    host = urlsplit(os.environ["PUBLIC_URL"]).netloc
    url = f"http://127.0.0.1:{int(sys.argv[1])}/openapi.json"
    request = urllib.request.Request(url, headers={"Host": host})
    urllib.request.urlopen(request, timeout=10).read()  # noqa: S310  # the local stack's own address
