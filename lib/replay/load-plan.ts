import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plan } from '../../functions/core/plan.ts';
import { compile } from '../runbook/compile.ts';
import { contactsOf } from '../runbook/contacts.ts';
import { didYouMean } from '../runbook/nearest.ts';
import { RunbookError, refusal } from '../runbook/problems.ts';
import type { Contacts, Runbook } from '../runbook/types.ts';
import { platforms } from '../runbooks/platforms.ts';

const moduleExtensions = ['.ts', '.mts', '.js', '.mjs'];

/**
 * The plan of a platform that ships with Rounds, or of a runbook in a file: a module that exports it, or a function of the
 * contacts that gives it; or JSON. A function is given made-up contacts: nobody is told anything here.
 * @param name the platform's id, or the file
 * @throws {RunbookError} when there is no such runbook, or it is refused
 */
export async function loadPlan(name: string): Promise<Plan> {
  return compile(withContacts(await load(name), name));
}

async function load(name: string): Promise<unknown> {
  if (Object.hasOwn(platforms, name)) return platforms[name];
  const extension = extname(name);
  if (extension !== '.json' && !moduleExtensions.includes(extension)) {
    const expected = `one of ${Object.keys(platforms).join(', ')}, or a file that ends with ${moduleExtensions.join(', ')} or .json`;
    throw refused(name, JSON.stringify(name), expected, `correct its name.${didYouMean(name, Object.keys(platforms))}`);
  }
  try {
    if (extension === '.json') return JSON.parse(await readFile(name, 'utf8'));
    return exported(await import(pathToFileURL(resolve(name)).href), name);
  } catch (error) {
    if (error instanceof RunbookError) throw error;
    throw refused(name, messageOf(error), 'a file that can be read', 'correct it');
  }
}

/** `runbook`, the default export, or else the only one that can be a runbook. */
function exported(module: Readonly<Record<string, unknown>>, name: string): unknown {
  const named = [module.runbook, module.default].find(mayBeRunbook);
  const [only, ...others] = Object.values(module).filter(mayBeRunbook);
  if (named ?? (only && others.length === 0)) return named ?? only;
  const expected = 'a runbook, or a function that gives one, as the export runbook, the default or the only one';
  throw refused(name, `the exports ${Object.keys(module).join(', ') || '(none)'}`, expected, 'name it runbook');
}

function mayBeRunbook(value: unknown): boolean {
  return typeof value === 'function' || (typeof value === 'object' && value !== null && 'routines' in value);
}

function withContacts(loaded: unknown, name: string): Runbook {
  if (typeof loaded !== 'function') return loaded as Runbook;
  try {
    const { roles } = loaded({});
    return loaded(madeUp(roles));
  } catch (error) {
    if (error instanceof RunbookError) throw error;
    throw refused(name, messageOf(error), 'a function that gives a runbook for any contacts', 'correct it');
  }
}

/** A contact for every id in the roles, who can be told by every channel and is nobody. */
function madeUp(roles: Runbook['roles']): Contacts {
  const ids = Object.values(roles).flatMap(contactsOf);
  const contact = (id: string) => ({
    name: id,
    email: `${id}@example.com`,
    phone: '+12025550100',
    https: `https://example.com/${id}`,
  });
  return Object.fromEntries(ids.map((id) => [id, contact(id)]));
}

function refused(name: string, got: string, expected: string, fix: string): RunbookError {
  return new RunbookError('The runbook', [{ path: name, got, refusal: refusal(expected, fix) }]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
