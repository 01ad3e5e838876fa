import type { Acknowledgement, Addressees, Alert } from '../../functions/core/alert.ts';
import type { IncidentHead } from '../../functions/core/verdicts.ts';

/** An incident as its alert has it: newer than the head that stands in lists. */
export interface OpenIncident extends IncidentHead {
  readonly status: 'open';
  readonly headline: string;
  readonly hosts: HostsReport;
  /** The highest level that has been told, or is parked. */
  readonly level: number;
  /** When the next level is told, or the last one again; ISO 8601, UTC. */
  readonly escalateAt?: string;
  readonly acknowledged?: Acknowledgement;
  readonly isFlapping?: true;
  /** Contacts. */
  readonly told: readonly string[];
  readonly parked: readonly ParkedReport[];
}

export interface HostsReport {
  readonly bad: number;
  readonly of: number;
  /** Names of the worst of them. */
  readonly worst: readonly string[];
}

/** A notice that waits. */
export interface ParkedReport {
  readonly incident: string;
  readonly check: string;
  readonly title: string;
  readonly kind: string;
  readonly priority: string;
  /** Roles, or the contacts who were told before. */
  readonly to: readonly string[];
  /** ISO 8601, UTC. */
  readonly notBefore: string;
  /** The silence, the maintenance or the other incident because of which it waits. */
  readonly heldBy?: string;
}

/** The incident of an alert, if it has one. */
export function openIncidentOf(alert: Alert): OpenIncident | undefined {
  const { check, facts, incident } = alert;
  if (!incident) return undefined;
  const { number, notices: sequence, priority, openedAt, level, escalateAt, acknowledged, isFlapping, told } = incident;
  return {
    ...{ number, sequence, check, title: facts?.title ?? check, priority, openedAt, status: 'open' },
    headline: facts?.headline ?? check,
    hosts: {
      bad: facts?.troubled.total ?? 0,
      of: facts?.population ?? 0,
      worst: facts?.worst.map(({ name }) => name) ?? [],
    },
    level,
    ...(escalateAt && { escalateAt }),
    ...(acknowledged && { acknowledged }),
    ...(isFlapping && { isFlapping }),
    told: told.map(({ contact }) => contact),
    parked: parkedReports(alert).filter(({ incident: parked }) => parked === number),
  };
}

/** What an alert still has to tell at a later time. */
export function parkedReports({ parked }: Alert): ParkedReport[] {
  return parked.map(({ notice, to, notBefore, heldBy }) => {
    const { incident, check, title, kind, priority } = notice;
    return { incident, check, title, kind, priority, to: namesOf(to), notBefore, ...(heldBy && { heldBy }) };
  });
}

function namesOf(to: Addressees): readonly string[] {
  return 'roles' in to ? to.roles : to.recipients.map(({ contact }) => contact);
}
