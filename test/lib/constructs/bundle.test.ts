import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bundle, errorClasses, functionNames, modulesOf } from '../../../lib/constructs/bundle.ts';
import { ServiceError } from '../../../lib/local/service.ts';
import { compile } from '../../../lib/runbook/compile.ts';
import { morning, roundOf, startStage } from '../../functions/flow/stage.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { sampleRunbook } from '../runbook/sample-runbook.ts';
import { bundledPackages } from './bundled-packages.ts';

const plan = compile(sampleRunbook());

const standIn = 'lib/constructs/no-endpoint-cache.ts';

describe.each(functionNames)('the bundle of %s', (name) => {
  const { code, bytes } = bundle(name, plan);

  it('is at most 380 KB, since loading it is what a cold start waits for', () => {
    expect(bytes).toBeLessThanOrEqual(380 * 1024);
  });

  it('holds nothing that only synthesis needs', () => {
    const others = modulesOf(name).filter((path) => !path.startsWith('functions/'));
    expect(others.length).toBeGreaterThan(100);
    const origins = others.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? path);
    expect(bundledPackages).toEqual(
      expect.arrayContaining([...new Set(origins)].filter((origin) => origin !== standIn)),
    );
  });

  it('loads nothing but what Node has', () => {
    const imports = code.matchAll(/(?:^|[;}])import(?:[^";]+from)?"([^"]+)"/gm);
    const loaded = [...imports].map(([, module]) => module);
    expect(loaded).toContain('node:https');
    expect(loaded.filter((module) => !module?.startsWith('node:'))).toEqual([]);
  });

  it.each([
    ['schema of an operation that nobody calls', /AssociationExecutionTarget|GlobalTable/],
    ['class of an error that nobody asks for', /AssociationDoesNotExist|TableInUseException|OptedOutException/],
    ['package.json', /devDependencies|Apache-2\.0/],
  ])('holds no %s', (_what, trace) => {
    expect(trace.exec(code)?.[0]).toBeUndefined();
  });

  it('is the same every time, whatever the machine', () => {
    expect(bundle(name, plan).code).toBe(code);
    expect(code).not.toContain(process.cwd());
  });

  it('carries the plan, and changes with it', () => {
    expect(code).toContain(plan.procedureUrl);
    expect(bundle(name, { ...plan, timeZone: 'Asia/Kathmandu' }).code).not.toBe(code);
  });

  it('carries no address of a contact: only topics know those', () => {
    expect(code).not.toContain('olivia@example.com');
  });

  it('is a module that Node can import, with the handler that Lambda calls', async () => {
    const file = join(scratchFolder(), 'index.mjs');
    writeFileSync(file, code);
    const module = await import(pathToFileURL(file).href);
    expect(module.handler).toBeTypeOf('function');
  });
});

describe('the errors of the services', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const read = (file: string) => readFileSync(join(root, file), 'utf8');

  it('keep the classes that our code asks for', () => {
    const files = readdirSync(join(root, 'functions'), { recursive: true, encoding: 'utf8' });
    const sources = files.filter((file) => file.endsWith('.ts')).map((file) => read(join('functions', file)));
    const imports = sources.join('\n').matchAll(/import \{([^}]*)\} from '@aws-sdk/g);
    const asked = [...imports].flatMap(([, names = '']) => names.match(/\w+(?:Exception|Error)\b/g) ?? []);
    expect(asked).toContain('ConditionalCheckFailedException');
    expect(errorClasses).toEqual(expect.arrayContaining(asked));
  });

  it('keep the classes that tell the SDK to try again', () => {
    const models = ['cloudwatch', 'dynamodb', 'sns', 'ssm'].map((service) =>
      read(`node_modules/@aws-sdk/client-${service}/dist-es/models/errors.js`),
    );
    const classes = models.flatMap((model) => model.split('export class ').slice(1));
    const retried = classes.filter((text) => text.includes('$retryable')).map((text) => text.split(' ')[0]);
    expect(retried).toContain('ReplicatedWriteConflictException');
    expect(errorClasses).toEqual(expect.arrayContaining(retried));
  });

  it.each([
    { code: 'InvalidDocument', text: 'SendCommand failed: InvalidDocument: The document does not exist' },
    { code: 'ANewException', text: 'SendCommand failed: ANewException: The document does not exist' },
  ])('have their names and messages, with a class or without: $code', async ({ code, text }) => {
    const stage = await startStage({
      intercept: ({ operation }) =>
        operation === 'SendCommand' ? new ServiceError(code, 'The document does not exist') : 'pass',
    });
    onTestFinished(() => stage.close());
    await morning(stage, 1);
    expect(await roundOf(stage)).toMatchObject({ status: 'failed', reason: expect.stringContaining(text) });
  });
});
