import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goldEscrowLines } from './gold-escrow-logs.ts';
import type { HostKind } from './host-kind.ts';
import { Procfs } from './procfs.ts';
import { installStandIns } from './stand-ins.ts';
import { Traffic } from './traffic.ts';

const bin = ['df', 'apt-get', 'npm', 'docker', 'logrotate'];

/** A host of the Gold Escrow Platform's application: its containers, logs and packages. */
export const goldEscrowApp: HostKind = {
  count: 2,
  async furnish(root) {
    const inRoot = (path: string) => join(root, path);
    installStandIns(
      inRoot('bin'),
      bin.map((name) => `bin/${name}`),
    );
    writeFiles(root);
    const procfs = new Procfs(inRoot('proc'), {
      processes: [
        { name: 'systemd', share: 0.001, residentPages: 3_000 },
        { name: 'nginx', share: 0.01, residentPages: 9_000 },
        { name: 'node', share: 0.06, residentPages: 52_000 },
      ],
      listening: [443],
    });
    const traffic = new Traffic({
      logs: inRoot('var/log/app'),
      state: inRoot('var/lib/rounds'),
      troubles: ['errors'],
      linesOf: goldEscrowLines,
    });
    return {
      environment: {
        ROUNDS_PROC_PATH: procfs.path,
        ROUNDS_DISK_PATH: root,
        ROUNDS_LOGS: inRoot('var/log/app'),
        ROUNDS_CONFIG: inRoot('etc/logrotate.d/escrow-app'),
        ROUNDS_FOLDERS: inRoot('srv/app'),
        ROUNDS_LIST_FOLDER: inRoot('var/lib/apt/lists'),
      },
      async apply(scenario) {
        writeFileSync(inRoot('state/disk-used'), scenario === 'disk-full' ? '97\n' : '41\n');
        traffic.apply(scenario);
      },
      async close() {
        procfs.close();
        traffic.close();
      },
    };
  },
};

function writeFiles(root: string): void {
  const files = {
    'etc/logrotate.d/escrow-app': '/var/log/app/*.log {\n  daily\n  rotate 7\n}\n',
    'srv/app/package-lock.json': '{ "name": "escrow-app", "lockfileVersion": 3 }\n',
    'var/lib/apt/lists/archive.example.com_debian_dists_stable_InRelease': 'Origin: Debian\n',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}
