import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Logs of today, one folder a kind, as JSON lines. */
export function writeLogs(folder: string, now: Date): void {
  const day = now.toISOString().slice(0, 10);
  for (const [kind, lines] of Object.entries(logLines)) {
    mkdirSync(join(folder, kind), { recursive: true });
    const text = lines.map((line, index) => {
      const at = new Date(now.getTime() - (lines.length - index) * 60_000).toISOString();
      return `${JSON.stringify({ timestamp: at, logger: kind, ...line })}\n`;
    });
    writeFileSync(join(folder, kind, `${kind}-${day}.jsonl`), text.join(''));
  }
}

const logLines: Readonly<Record<string, readonly object[]>> = {
  backend: [
    { level: 'INFO', message: 'Application startup complete' },
    { level: 'INFO', message: 'GET /api/health', status: 200, duration_ms: 3 },
    { level: 'INFO', message: 'GET /api/work-orders', status: 200, duration_ms: 41 },
  ],
  frontend: [{ level: 'INFO', message: 'Page loaded', path: '/work-orders', duration_ms: 380 }],
  errors: [{ level: 'ERROR', message: 'Upstream answered 503, retried', attempt: 1 }],
  performance: [
    { level: 'INFO', message: 'request', endpoint: '/api/work-orders', duration_ms: 41 },
    { level: 'INFO', message: 'request', endpoint: '/api/health', duration_ms: 3 },
  ],
  automation: [{ level: 'INFO', message: 'Visit completed', work_order: 'W-110042' }],
  scraping: [{ level: 'INFO', message: 'Work orders synchronized', found: 128, new: 0 }],
};

/** Last night's backup: a copy of the database in a folder named for the day. */
export function writeBackup(folder: string, database: string, now: Date): void {
  const day = join(folder, now.toISOString().slice(0, 10).replaceAll('-', ''));
  mkdirSync(day, { recursive: true });
  copyFileSync(database, join(day, 'fossawork_v2.db'));
}

/**
 * Stand-ins for what a laptop cannot really have: services of systemd, and a disk of a chosen fullness. They take only
 * the call that the checks make, so that a check which asks otherwise is not answered by chance.
 */
export function writeStandIns(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'systemctl'), systemctl, { mode: 0o755 });
  writeFileSync(join(folder, 'df'), df, { mode: 0o755 });
}

const systemctl = `#!/bin/sh
state=\${0%/bin/*}/state/services
if [ "$1" != show ] || [ "$3" != -- ] || [ $# -ne 4 ]; then
  echo "the sandbox's systemctl knows only: show --property=... -- SERVICE" >&2
  exit 1
fi
active=$(sed -n "s/^$4 //p" "$state")
case $active in
active) printf 'LoadState=loaded\\nActiveState=active\\nSubState=running\\nResult=success\\n' ;;
failed) printf 'LoadState=loaded\\nActiveState=failed\\nSubState=failed\\nResult=exit-code\\n' ;;
*) printf 'LoadState=not-found\\nActiveState=inactive\\nSubState=dead\\nResult=success\\n' ;;
esac
`;

const df = `#!/bin/sh
state=\${0%/bin/*}/state/disk-used
if [ "$1 $2 $3" != "-P -k --" ] || [ $# -ne 4 ]; then
  echo "the sandbox's df knows only: -P -k -- PATH" >&2
  exit 1
fi
used=$(cat "$state") || exit 1
blocks=52428800
taken=$((blocks / 100 * used))
echo 'Filesystem     1024-blocks     Used Available Capacity Mounted on'
echo "/dev/nvme0n1p1    $blocks $taken $((blocks - taken)) $used% /"
`;
