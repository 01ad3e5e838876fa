/**
 * How a host stands to SSM: `lost`: its agent lost the connection; `silent`: looks online and takes nothing; `terminated`:
 * gone, or not there yet.
 */
export type Connection = 'online' | 'lost' | 'silent' | 'terminated';

/** What a host answers to a check. */
export interface Answer {
  readonly exitCode: 0 | 1 | 2 | 3;
  readonly text: string;
}

export const fine: Answer = { exitCode: 0, text: "fine|'used'=10%" };
export const worrying: Answer = { exitCode: 1, text: "high|'used'=85%" };
export const broken: Answer = { exitCode: 2, text: "broken|'used'=97%" };
export const unclear: Answer = { exitCode: 3, text: 'cannot say' };

/** Something that is so from a moment on. */
interface From<Value> {
  readonly at: number;
  readonly value: Value;
}

/** A host with its course through the run: known in advance, so that every question about a moment has one answer. */
export class SimulatedHost {
  readonly id: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly #connections: From<Connection>[] = [];
  readonly #answers = new Map<string, From<Answer>[]>();

  constructor(index: number, tags: Readonly<Record<string, string>>) {
    this.id = `i-${index.toString(16).padStart(17, '0')}`;
    this.name = `host-${index}`;
    this.tags = tags;
  }

  /** From `at` on; to be said in the order of time. */
  setConnection(at: number, value: Connection): void {
    this.#connections.push({ at, value });
  }

  /** From `at` on; to be said in the order of time. */
  setAnswer(check: string, at: number, value: Answer): void {
    const answers = this.#answers.get(check) ?? [];
    this.#answers.set(check, answers);
    answers.push({ at, value });
  }

  connection(at: number): Connection {
    return valueAt(this.#connections, at) ?? 'online';
  }

  answer(check: string, at: number): Answer {
    return valueAt(this.#answers.get(check) ?? [], at) ?? fine;
  }
}

function valueAt<Value>(course: readonly From<Value>[], at: number): Value | undefined {
  return course.findLast((step) => step.at <= at)?.value;
}
