import { nonceParameter } from '../../../functions/contract.ts';
import type { ResultStatus, StepResult } from '../../../lib/local/agent/agent.ts';
import type { Host, HostRun, HostSource, HostTask } from '../../../lib/local/ssm/host.ts';
import { checkPrefix, fleetTags } from '../bench-runbook.ts';
import type { FastClock } from './fast-clock.ts';

/** What the hosts of a round do. `one fails`: another one hangs meanwhile, where there are two. */
export type Scenario = 'one fails' | 'all fail';

/** When hosts answer, in seconds after the command. */
export const answerSeconds = {
  /** Well ones, spread over this range. */
  well: [2, 8],
  failing: 5,
  /** All that fail at once, spread over this range. */
  storm: [5, 6],
} as const;

/** Some time after the command at which many hosts answer: together, so that 100,000 need no timer each. */
interface Moment {
  /** By the cloud's clock, once it has come. */
  at?: number;
  readonly come: Promise<void>;
}

/** The moments of each command, which its nonce tells from others, by their seconds. */
class Moments {
  readonly #clock: FastClock;
  readonly #known = new Map<string, Moment>();

  constructor(clock: FastClock) {
    this.#clock = clock;
  }

  of({ parameters }: HostTask, seconds: number): Moment {
    const name = `${parameters[nonceParameter.name]} ${seconds}`;
    const known = this.#known.get(name);
    if (known) return known;
    const moment: Moment = {
      come: this.#clock.pass(1_000 * seconds).then(() => {
        moment.at = this.#clock.now();
      }),
    };
    this.#known.set(name, moment);
    return moment;
  }
}

/** A host that answers at its time, and makes its answer anew each time it is listed: 100,000 of them are cheap. */
export class TimedHost implements Host {
  readonly platformType = 'Linux';
  readonly connection = 'online';
  readonly tags = fleetTags;
  readonly id: string;
  readonly name: string;
  /** How many of its checks, from the first one on, are critical. */
  readonly failing: number;
  readonly #seconds: number;
  readonly #index: number;
  readonly #moments: Moments;
  #moment: Moment | undefined;

  constructor(index: number, { seconds, failing }: Behaviour, moments: Moments) {
    this.id = `i-0${hex(mixed(index))}${hex(mixed(index ^ 0xffff))}`;
    this.name = `ip-10-${index >> 16}-${(index >> 8) & 255}-${index & 255}.internal`;
    this.failing = failing;
    this.#index = index;
    this.#seconds = seconds;
    this.#moments = moments;
  }

  /** By the cloud's clock, once it has. */
  get answeredAt(): number | undefined {
    return this.#moment?.at;
  }

  start(task: HostTask): HostRun {
    const begun = task.now();
    const moment = this.#moments.of(task, this.#seconds);
    this.#moment = moment;
    return {
      done: moment.come.then((): ResultStatus => (this.failing > 0 ? 'Failed' : 'Success')),
      steps: () => (moment.at === undefined ? [] : this.#answers(task, begun, moment.at)),
    };
  }

  /** What the wrapper prints for a disk that is full, or not: of each host and check another one, as real ones are. */
  #answers({ document, parameters }: HostTask, startedAt: number, finishedAt: number): StepResult[] {
    let check = 0;
    return document.steps.map(({ name }) => {
      // The document's own steps, before and after the checks, are always well.
      const isCheck = name.startsWith(checkPrefix);
      const fails = isCheck && check < this.failing;
      if (isCheck) check += 1;
      const variety = mixed(this.#index * 16 + check);
      const used = (fails ? 91 : 20) + (variety % 80) / 10;
      const size = 20 + ((variety >>> 8) % 200);
      const free = Math.round(size * (1 - used / 100));
      const text = `disk of / ${used}% used: ${free} GiB of ${size} GiB free | 'disk_used'=${used}%;;;0;100`;
      const exitCode = fails ? 2 : 0;
      const bytes = text.length + 1;
      const resultLine = `ROUNDS/1 ${parameters[nonceParameter.name]} exit=${exitCode} stdout=${bytes} stderr=0`;
      const stdout = `${resultLine}\n${text}\n\n`;
      const status = fails ? 'Failed' : 'Success';
      return { name, status, exitCode, output: stdout, stdout, stderr: '', startedAt, finishedAt };
    });
  }
}

interface Behaviour {
  /** After the command. */
  readonly seconds: number;
  readonly failing: number;
}

export interface TimedHosts extends HostSource {
  hosts(): readonly TimedHost[];
}

export interface TimedHostsProps {
  readonly hosts: number;
  readonly scenario: Scenario;
  readonly hangSeconds: number;
}

export function timedHosts({ hosts: count, ...round }: TimedHostsProps, clock: FastClock): TimedHosts {
  const moments = new Moments(clock);
  const hosts = Array.from({ length: count }, (_, index) => new TimedHost(index, behaviour(index, round), moments));
  return { hosts: () => hosts };
}

function behaviour(index: number, { scenario, hangSeconds }: Omit<TimedHostsProps, 'hosts'>): Behaviour {
  if (scenario === 'all fail')
    return { seconds: spread(index, answerSeconds.storm), failing: Number.POSITIVE_INFINITY };
  if (index === 0) return { seconds: answerSeconds.failing, failing: 1 };
  if (index === 1) return { seconds: hangSeconds, failing: 0 };
  return { seconds: spread(index, answerSeconds.well), failing: 0 };
}

/** Another number of 32 bits for each index, without any order (Knuth's multiplicative hash). */
function mixed(index: number): number {
  return Math.imul(index + 1, 2_654_435_761) >>> 0;
}

function hex(number: number): string {
  return number.toString(16).padStart(8, '0');
}

/** Some time of a range, in steps of a tenth of a second. */
function spread(index: number, [from, to]: readonly [number, number]): number {
  return from + ((index * 7) % (10 * (to - from))) / 10;
}
