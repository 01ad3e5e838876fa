#!/bin/sh
# FossaWork's optimization of its database.
set -e
python3 -c 'import sqlite3, sys
sqlite3.connect(sys.argv[1], timeout=2).execute("ANALYZE")' "${0%/tools/*}/backend/fossawork_v2.db"
echo 'statistics of the database are up to date'
