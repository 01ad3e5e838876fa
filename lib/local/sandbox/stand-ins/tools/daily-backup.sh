#!/bin/sh
# FossaWork's backup of the day, anew each time it runs.
set -e
root=${0%/tools/*}
day=$(date +%Y%m%d)
folder=$root/backups/daily/$day
mkdir -p "$folder"
python3 -c 'import sqlite3, sys
source, target = sqlite3.connect(sys.argv[1], timeout=2), sqlite3.connect(sys.argv[2])
with target:
    source.backup(target)' "$root/backend/fossawork_v2.db" "$folder/fossawork_v2_$day.db"
tar -C "$root/backend" -czf "$folder/user_data.tar.gz" user_data
tar -C "$root/backend" -czf "$folder/config.tar.gz" config
echo "backup of $day is complete"
