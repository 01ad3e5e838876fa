/**
 * Icinga's measure of how much a check goes to and fro: of the last 20 results each change of status counts, the oldest
 * 0.8 and the newest 1.18, in percent of 20.
 * @see https://icinga.com/docs/icinga-2/latest/doc/08-advanced-topics/#check-flapping
 */
const results = 20;
const oldestWeight = 0.8;
const weightStep = 0.02;

/** In percent: it flaps above the first, until it is down to the second. The thresholds are Icinga's defaults. */
const startsAbove = 30;
const endsAt = 25;

const allResults = 2 ** results - 1;

/** The changes with one more result, the oldest forgotten. */
export function withResult(changes: number, isChange: boolean): number {
  return ((changes << 1) | (isChange ? 1 : 0)) & allResults;
}

/** 0 to 100. */
export function flappingPercent(changes: number): number {
  let weight = 0;
  for (let age = 0; age < results; age++) {
    if ((changes >> age) & 1) weight += oldestWeight + weightStep * (results - 1 - age);
  }
  return (100 * weight) / results;
}

export function isFlapping(changes: number, wasFlapping: boolean): boolean {
  if (changes === 0) return false;
  const percent = flappingPercent(changes);
  return wasFlapping ? percent > endsAt : percent > startsAbove;
}
