import fc from 'fast-check';

/** Something that holds for every value of a generator. */
export interface Property {
  readonly name: string;
  /** Cases that it gets, in relation to those of the others. */
  readonly share: number;
  /** Cases that it gets at most, where each of them starts a process or draws pages. @default all of its share */
  readonly most?: number;
  /** A counterexample is shown as it was found: to make it smaller would start too many processes. @default false */
  readonly isWhole?: boolean;
  /** @returns what was found, or nothing */
  run(cases: number, seed: number, path?: string): Promise<Finding | undefined>;
}

/** A case for which a property does not hold, as small as it could be made. */
export interface Finding {
  readonly property: string;
  readonly seed: number;
  readonly path: string;
  readonly counterexample: string;
  readonly error: string;
}

type Weight = Pick<Property, 'share' | 'most' | 'isWhole'>;

/** @param check throws where the property does not hold */
export function property<Value>(
  name: string,
  weight: Weight,
  values: fc.Arbitrary<Value>,
  check: (value: Value) => void | Promise<void>,
): Property {
  return {
    name,
    ...weight,
    run: async (numRuns, seed, path) => {
      const asked = fc.asyncProperty(values, async (value) => {
        // Most checks wait for nothing: nor do we then.
        const answer = check(value);
        if (answer) await answer;
      });
      const endOnFailure = weight.isWhole === true;
      const details = await fc.check(asked, { numRuns, seed, endOnFailure, ...(path !== undefined && { path }) });
      if (!details.failed) return undefined;
      const { counterexample, counterexamplePath, errorInstance } = details;
      return {
        property: name,
        seed,
        path: counterexamplePath ?? '',
        counterexample: fc.stringify(counterexample?.[0]),
        error: errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
      };
    },
  };
}

/** What a finding is to people, and how they see it again. */
export function findingText({ property: name, seed, path, counterexample, error }: Finding): string {
  return [
    `${name}: does not hold`,
    `  seed            ${seed}`,
    `  counterexample  ${counterexample}`,
    `  ${error.replaceAll('\n', '\n  ')}`,
    `  again: npm run fuzz -- --only '${name}' --seed ${seed} --path ${path}`,
  ].join('\n');
}
