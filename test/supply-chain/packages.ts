import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionNames, modulesOf } from '../../lib/constructs/bundle.ts';
import { root } from '../markdown.ts';

/** What the lock file says of a package. */
interface Locked {
  readonly name?: string;
  readonly version: string;
  readonly license?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly inBundle?: boolean;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package that `npm ci` installs, here or on another kind of machine. */
export interface Package extends Locked {
  readonly name: string;
  /** Its folder: `node_modules/x`. */
  readonly folder: string;
  /** Packages of package.json that need it, itself included. */
  readonly broughtBy: readonly string[];
}

export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

/** All of the lock file, by their folders. */
export const packages: readonly Package[] = packagesOf(locked);

function packagesOf({ '': own, ...others }: Readonly<Record<string, Locked>>): Package[] {
  const brought = new Map<string, Set<string>>();
  for (const direct of Object.keys({ ...own?.dependencies, ...manifest.devDependencies })) {
    const waiting = [`node_modules/${direct}`];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      const by = brought.get(folder) ?? new Set();
      if (by.has(direct)) continue;
      brought.set(folder, by.add(direct));
      waiting.push(...needsOf(folder, others));
    }
  }
  return Object.entries(others).map(([folder, entry]) => ({
    ...{ ...entry, folder, broughtBy: [...(brought.get(folder) ?? [])] },
    name: entry.name ?? folder.split('node_modules/').at(-1) ?? folder,
  }));
}

/** The folders that a package's dependencies are found in: beside it first, then further up. */
function needsOf(folder: string, all: Readonly<Record<string, Locked>>): string[] {
  const { dependencies, optionalDependencies, peerDependencies } = all[folder] ?? {};
  const names = Object.keys({ ...peerDependencies, ...optionalDependencies, ...dependencies });
  const places = folder
    .split('/node_modules/')
    .map((_, index, parts) => parts.slice(0, index + 1).join('/node_modules/'));
  return names.flatMap((name) => {
    const folders = [...places.map((place) => `${place}/node_modules/${name}`).reverse(), `node_modules/${name}`];
    return folders.find((each) => Object.hasOwn(all, each)) ?? [];
  });
}

let bundled: ReadonlySet<string> | undefined;

/** Folders of the packages of which something is in the functions that are deployed. */
export function bundledFolders(): ReadonlySet<string> {
  const modules = () => functionNames.flatMap(modulesOf);
  bundled ??= new Set(modules().flatMap((path) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  return bundled;
}
