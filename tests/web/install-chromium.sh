#!/bin/sh
# The browser tests drive Debian's chromium. Root gets it installed; others are told how.
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
else
    echo "No chromium: the browser tests are left out. To run them: sudo apt-get install chromium fonts-noto-cjk" >&2
fi
