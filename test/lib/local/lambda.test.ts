import { describe, expect, it } from 'vitest';
import type { InvocationAnswer } from '../../../lib/local/lambda-worker.ts';
import type { Json, JsonObject } from '../../../lib/local/service.ts';
import { fixtureCloud } from './fixtures/cloud.ts';
import type { Errand } from './fixtures/errand.ts';
import { fixtureResources, fixtureTemplate } from './fixtures/template.ts';

const errands = (...list: Errand[]) => ({ errands: list as unknown as Json });

function payloadOf(answer: InvocationAnswer): JsonObject {
  if (!answer.ok) throw new Error(answer.error.errorMessage);
  return answer.payload as JsonObject;
}

/** The fixture's template with other properties of the function `Direct`. */
function templateWith(properties: JsonObject): JsonObject {
  const { Direct } = fixtureResources as { Direct: { Properties: JsonObject } };
  const changed = { ...Direct, Properties: { ...Direct.Properties, ...properties } };
  return fixtureTemplate({ ...fixtureResources, Direct: changed });
}

describe('a function', () => {
  it("has the template's environment and Lambda's, and nothing of this machine's", async () => {
    const cloud = await fixtureCloud();
    expect(payloadOf(await cloud.invoke('Direct', errands())).environment).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_CONFIG_FILE',
      'AWS_ENDPOINT_URL',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_REGION',
      'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SHARED_CREDENTIALS_FILE',
      'TABLE',
      'TOPIC',
    ]);
  });

  it('knows its name, its request and the time that it has left', async () => {
    const cloud = await fixtureCloud();
    const payload = payloadOf(await cloud.invoke('Direct', errands()));
    expect(payload).toMatchObject({
      functionName: 'Rounds-Direct',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(payload.remainingMs).toBeGreaterThan(0);
    expect(payload.remainingMs).toBeLessThanOrEqual(5_000);
  });

  it('answers with its error and writes it to the log', async () => {
    const cloud = await fixtureCloud();
    const answer = await cloud.invoke(
      'Direct',
      errands({ do: 'say', text: 'before' }, { do: 'fail', message: 'broken' }),
    );
    expect(answer).toMatchObject({ ok: false, error: { errorType: 'RangeError', errorMessage: 'broken' } });
    const [said, failed] = cloud.log('Direct').map(({ text }) => text);
    expect(said).toBe('before');
    expect(JSON.parse(failed ?? '')).toMatchObject({ level: 'ERROR', errorMessage: 'broken' });
  });

  it('is ended when it takes longer than its time-out, and starts anew', async () => {
    const cloud = await fixtureCloud({ template: templateWith({ Timeout: 1 }) });
    expect(await cloud.invoke('Direct', errands({ do: 'sleep', ms: 60_000 }))).toMatchObject({
      ok: false,
      error: { errorType: 'Sandbox.Timedout', errorMessage: expect.stringContaining('timed out after 1.00 seconds') },
    });
    expect(await cloud.invoke('Direct', errands())).toMatchObject({ ok: true });
  });

  it('may end its own process without taking anything else along', async () => {
    const cloud = await fixtureCloud();
    expect(await cloud.invoke('Direct', errands({ do: 'exit' }))).toMatchObject({
      ok: false,
      error: { errorType: 'Runtime.ExitError' },
    });
    expect(await cloud.invoke('Direct', errands())).toMatchObject({ ok: true });
  });

  it('says why a module that cannot be loaded fails', async () => {
    const cloud = await fixtureCloud({ template: templateWith({ Handler: 'index.nothing' }) });
    expect(await cloud.invoke('Direct', errands())).toMatchObject({
      ok: false,
      error: { errorType: 'Runtime.InitError', errorMessage: expect.stringContaining('exports no function "nothing"') },
    });
  });

  it('fails with whatever waits for it when the cloud is closed', async () => {
    const cloud = await fixtureCloud({ template: templateWith({ ReservedConcurrentExecutions: 1 }) });
    const invocations = [1, 2, 3].map(() => cloud.invoke('Direct', errands({ do: 'sleep', ms: 60_000 })));
    await cloud.close();
    expect((await Promise.all(invocations)).map(({ ok }) => ok)).toEqual([false, false, false]);
  });

  it('runs one after the other what exceeds its reserved concurrency, and counts it as throttled', async () => {
    const cloud = await fixtureCloud({ template: templateWith({ ReservedConcurrentExecutions: 1 }) });
    const order: string[] = [];
    const invoke = async (name: string, ms: number) => {
      await cloud.invoke('Direct', errands({ do: 'sleep', ms }));
      order.push(name);
    };
    await Promise.all([invoke('slow', 100), invoke('quick', 0)]);
    expect(order).toEqual(['slow', 'quick']);
    const metric = (name: string) =>
      cloud.metrics
        .samples({ namespace: 'AWS/Lambda', name, dimensions: { FunctionName: 'Rounds-Direct' } })
        .reduce((sum, sample) => sum + sample.sum, 0);
    expect([metric('Invocations'), metric('Throttles'), metric('Errors')]).toEqual([2, 1, 0]);
  });
});
