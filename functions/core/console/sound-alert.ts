import type { Alert } from '../alert.ts';
import { statuses } from '../status.ts';
import { msOf } from '../time.ts';

type Test = (value: unknown) => boolean;

const isText: Test = (value) => typeof value === 'string';
const isNumber: Test = (value) => Number.isFinite(value);
const isTime: Test = (value) => {
  try {
    return typeof value === 'string' && Number.isFinite(msOf(value));
  } catch {
    return false;
  }
};

function oneOf(...values: readonly unknown[]): Test {
  return (value) => values.includes(value);
}

function optional(is: Test): Test {
  return (value) => value === undefined || is(value);
}

function listOf(is: Test): Test {
  return (value) => Array.isArray(value) && value.every(is);
}

function object(members: Readonly<Record<string, Test>>): Test {
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    return Object.entries(members).every(([name, is]) => is((value as Readonly<Record<string, unknown>>)[name]));
  };
}

const recipients = listOf(object({ contact: isText, role: isText }));

const host = object({ host: isText, name: isText, status: oneOf(...statuses), text: isText, longText: isText });

const facts = object({
  title: isText,
  headline: isText,
  population: isNumber,
  troubled: object({ total: isNumber }),
  worst: listOf(host),
});

const incident = object({
  number: isText,
  openedAt: isTime,
  priority: oneOf('P0', 'P1', 'P2', 'P3', 'info'),
  level: isNumber,
  escalateAt: optional(isTime),
  acknowledged: optional(object({ by: isText, at: isTime, until: optional(isTime) })),
  repageMinutes: optional(isNumber),
  told: recipients,
});

const addressees: Test = (value) => object({ roles: listOf(isText) })(value) || object({ recipients })(value);

const parked = object({
  notice: object({ openedAt: isTime }),
  to: addressees,
  notBefore: isTime,
  heldBy: optional(isText),
});

/** Whether an alert has everything that the console draws of it, as what that is. */
export const isSound: (alert: Alert) => boolean = object({
  check: isText,
  status: oneOf(...statuses, 'PENDING'),
  since: isTime,
  facts: optional(facts),
  soft: optional(object({ attempt: isNumber, attempts: isNumber })),
  incident: optional(incident),
  parked: listOf(parked),
});
