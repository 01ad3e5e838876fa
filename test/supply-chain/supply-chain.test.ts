import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundledPackages } from '../lib/constructs/bundled-packages.ts';
import { root } from '../markdown.ts';
import { licenceProblems, licencesDocument } from './licences.ts';
import { manifest, packages } from './packages.ts';
import { bundledSbom } from './sbom.ts';

describe('package.json', () => {
  it('names exact versions', () => {
    const versions = Object.entries<string>({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('runs nothing before or after another script, since .npmrc lets none of it run', () => {
    const names = Object.keys(manifest.scripts);
    const hooks = names.filter((name) => names.some((other) => name === `pre${other}` || name === `post${other}`));
    expect([...hooks, ...names.filter((name) => /install|prepare|publish/.test(name))]).toEqual([]);
  });
});

describe('package-lock.json', () => {
  it('names no registry: what is installed is known by its content', () => {
    expect(packages.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
    // What comes inside another package is in that one's content.
    expect(packages.filter(({ integrity, inBundle }) => !inBundle && !integrity?.startsWith('sha512-'))).toEqual([]);
  });

  it('has two packages with an install script, and both work without it', () => {
    const scripted = packages.flatMap(({ name, hasInstallScript }) => (hasInstallScript ? [name] : []));
    expect(scripted).toEqual(['classic-level', 'esbuild']);
    expect(readFileSync(join(root, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
  });

  it('holds nothing that package.json does not bring', () => {
    expect(packages.filter(({ broughtBy }) => broughtBy.length === 0).map(({ folder }) => folder)).toEqual([]);
  });
});

describe('licences', () => {
  it('ask for no more than their own text', () => {
    expect(licenceProblems()).toEqual([]);
  });

  it.each([
    ['no licence', undefined, 'no licence'],
    ['copyleft', 'GPL-3.0-only', 'GPL-3.0-only'],
    ['copyleft among others that all hold', '(MIT AND AGPL-3.0-only)', 'AGPL-3.0-only'],
    ['an acknowledged one, of another package', 'MPL-2.0', 'MPL-2.0'],
  ])('are refused: %s', (_what, license, named) => {
    const stranger = { name: 'x', version: '1.0.0', folder: 'node_modules/x', broughtBy: ['x'] };
    const problems = licenceProblems([{ ...stranger, ...(license && { license }) }], new Set());
    expect(problems).toEqual([expect.stringContaining(named)]);
  });

  it('are refused in a function though they are acknowledged elsewhere', () => {
    const css = { name: 'lightningcss', version: '1.0.0', folder: 'node_modules/lightningcss', broughtBy: ['vitest'] };
    const problems = licenceProblems([{ ...css, license: 'MPL-2.0' }], new Set([css.folder]));
    expect(problems).toEqual([expect.stringContaining('in a function')]);
  });

  it('are listed in docs/licences.md', () => {
    const file = join(root, 'docs/licences.md');
    const current = licencesDocument();
    if (process.env.UPDATE_DOCS) writeFileSync(file, current);
    const message = 'stale; run: UPDATE_DOCS=1 npx vitest run test/supply-chain/supply-chain.test.ts';
    expect(readFileSync(file, 'utf8'), message).toBe(current);
  });
});

describe('the bill of materials of the functions', () => {
  it('names the SDK, the time library and what they bring, and nothing else', () => {
    expect(bundledSbom().components.map(({ name }) => name)).toEqual(bundledPackages);
  });
});
