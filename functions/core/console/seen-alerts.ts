import type { Alert } from '../alert.ts';
import { alertTitle } from '../alert-title.ts';
import { isKnownCheck } from '../observations.ts';
import { isSound } from './sound-alert.ts';
import { isLater, type View } from './view.ts';

/** An alert as a widget takes it. */
export interface SeenAlert extends Alert {
  /** What is stored cannot be read: nothing is known, not even whether there is an incident. */
  readonly isUnreadable?: true;
}

/**
 * The alerts that a view is about, as far as they are about its time: an incident that was opened later is none, and of
 * a check that the runbook has no more only an incident counts. One that cannot be read hides none of the others.
 */
export function seenAlerts(view: View, stored: readonly Alert[]): SeenAlert[] {
  return stored
    .filter(({ check, incident }) => incident !== undefined || isKnownCheck(view.plan, check))
    .map((alert) => (isSound(alert) ? asThen(view, alert) : unreadable(view, alert)))
    .filter(({ since, incident }) => incident !== undefined || !isLater(view, since));
}

function asThen(view: View, alert: Alert): Alert {
  const { incident, ...bare } = alert;
  return incident && isLater(view, incident.openedAt) ? bare : alert;
}

function unreadable({ plan, surface: { at } }: View, { check }: Alert): SeenAlert {
  const title = alertTitle(plan, check);
  const text = 'what is stored of it cannot be read';
  return {
    check,
    status: 'UNKNOWN',
    since: at,
    observedAt: at,
    facts: {
      title,
      headline: `${title}: ${text}`,
      round: '',
      population: 1,
      troubled: { total: 1, named: [] },
      worst: [{ host: '', name: 'Rounds', status: 'UNKNOWN', text, longText: '' }],
    },
    parked: [],
    outbox: [],
    isUnreadable: true,
  };
}
