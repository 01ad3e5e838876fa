#!/bin/sh
# FossaWork's rotation of logs over 100 MB; a sandbox never has one.
set -e
large=$(find "${0%/tools/*}/logs" -name '*.jsonl' -size +100M | wc -l)
echo "$large logs over 100 MB"
[ "$large" -eq 0 ]
