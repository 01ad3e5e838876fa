// Writes two bills of materials into the folder build: of all that npm installs, and of what is in the functions.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { root } from '../markdown.ts';
import { bundledFolders, manifest, packages } from './packages.ts';

/** The packages of which something is in a function: https://cyclonedx.org/docs/1.5/json/ */
export function bundledSbom() {
  const bundled = bundledFolders();
  const component = (name: string, version: string, license = '') => {
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
    return { type: 'library', 'bom-ref': purl, name, version, purl, licenses: [{ license: { id: license } }] };
  };
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { ...component(manifest.name, manifest.version, manifest.license), type: 'application' } },
    components: packages
      .filter(({ folder }) => bundled.has(folder))
      .map(({ name, version, license }) => component(name, version, license)),
  };
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(root, 'build');
  mkdirSync(folder, { recursive: true });
  // From the lock file alone: no registry is asked.
  const all = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    ...{ cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  });
  writeFileSync(join(folder, 'sbom.json'), all);
  writeFileSync(join(folder, 'sbom-functions.json'), `${JSON.stringify(bundledSbom(), null, 2)}\n`);
}
