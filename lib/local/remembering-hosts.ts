import { checksParameter, nonceParameter } from '../../functions/contract.ts';
import type { ResultStatus, StepResult } from './agent/agent.ts';
import type { Host, HostRun, HostSource, HostTask } from './ssm/host.ts';

/** What hosts need not really be asked each time. */
export interface Repetition {
  /** The document's own steps: one that has others, too, is another document. */
  readonly steps: readonly string[];
  /** So many rounds get the answer of the one before them. */
  readonly repeats: number;
}

interface Answer {
  readonly status: ResultStatus;
  readonly steps: readonly StepResult[];
  readonly nonce: string;
  left: number;
}

/**
 * Hosts that really run a document, and then give the same answer to the next rounds of it: a driven day of rounds that
 * come every five minutes would take a quarter of an hour.
 */
export function rememberingHosts(source: HostSource, repetitions: readonly Repetition[]): HostSource {
  const repeats = new Map(repetitions.map((each) => [each.steps.join(' '), each.repeats]));
  const known = new Map<string, Host>();
  return {
    hosts: () =>
      source.hosts().map((host) => {
        const remembering = known.get(host.id) ?? rememberingHost(host, repeats);
        known.set(host.id, remembering);
        return remembering;
      }),
  };
}

function rememberingHost(host: Host, repeats: ReadonlyMap<string, number>): Host {
  const answers = new Map<string, Answer>();
  return {
    ...{ id: host.id, name: host.name, tags: host.tags, platformType: host.platformType },
    get connection() {
      return host.connection;
    },
    start: (task: HostTask): HostRun => {
      const { parameters, document } = task;
      const nonce = parameters[nonceParameter.name] ?? '';
      // The first and the last step bring the scripts, and remove them.
      const key = document.steps
        .slice(1, -1)
        .map(({ name }) => name)
        .join(' ');
      const known = answers.get(key);
      const isWhole = parameters[checksParameter.name] === checksParameter.all;
      if (isWhole && known && known.left > 0) {
        known.left -= 1;
        return repeated(known, nonce, task.now());
      }
      // What a recheck or a remedy finds is news: the next round has to see it as well.
      answers.delete(key);
      const run = host.start(task);
      const left = repeats.get(key);
      if (!isWhole || left === undefined) return run;
      const remember = (status: ResultStatus) => {
        answers.set(key, { status, steps: [...run.steps()], nonce, left });
        return status;
      };
      return { done: run.done.then(remember), steps: () => run.steps() };
    },
  };
}

function repeated(answer: Answer, nonce: string, at: number): HostRun {
  const renew = (text: string) => text.replaceAll(answer.nonce, nonce);
  const steps = answer.steps.map((step) => ({
    ...step,
    ...{ output: renew(step.output), stdout: renew(step.stdout), startedAt: at, finishedAt: at },
  }));
  return { done: Promise.resolve(answer.status), steps: () => steps };
}
