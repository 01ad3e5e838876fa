import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alarms } from './constructs/alarms.ts';
import { CheckDocuments } from './constructs/check-documents.ts';
import { CommandEvents } from './constructs/command-events.ts';
import { Console } from './constructs/console.ts';
import { ContactTopics } from './constructs/contact-topics.ts';
import { refuseToDeployWithoutContacts } from './constructs/contacts-guard.ts';
import { RoundsDashboard } from './constructs/dashboard.ts';
import { DeadLetters } from './constructs/dead-letters.ts';
import { Functions } from './constructs/functions.ts';
import { addOutputs } from './constructs/outputs.ts';
import { Reports } from './constructs/reports.ts';
import { Routines } from './constructs/routines.ts';
import { RoundsTable } from './constructs/table.ts';
import { WatchTopic } from './constructs/watch-topic.ts';
import { compile } from './runbook/compile.ts';
import { contactsOf } from './runbook/contacts.ts';
import type { Runbook } from './runbook/types.ts';

export interface RoundsStackProps {
  readonly runbook: Runbook;
  /** The contacts are the example's: the stack can be looked at, but not deployed. */
  readonly placeholders: boolean;
}

/** Everything of Rounds for one platform. It looks up nothing, so it is the same in every account and region. */
export class RoundsStack extends Stack {
  constructor(scope: Construct, { runbook, placeholders }: RoundsStackProps) {
    const plan = compile(runbook);
    super(scope, `Rounds-${runbook.id}`, { description: `Rounds: the daily operations of ${runbook.name}` });

    const deadLetters = new DeadLetters(this, 'DeadLetters');
    const table = new RoundsTable(this, 'Table');
    const contacts = new ContactTopics(this, 'Contacts', { contacts: runbook.contacts, deadLetters });
    const watchTopic = new WatchTopic(this, 'WatchTopic', {
      displayName: `Rounds ${runbook.name}`,
      emails: watchersOf(runbook),
      deadLetters,
    });
    const documents = new CheckDocuments(this, 'Documents', { runbook });
    const { dispatch, collect, tick } = new Functions(this, 'Functions', {
      plan,
      table,
      documents,
      contacts,
      deadLetters,
    });
    const { reports = [] } = runbook;
    const report =
      reports.length > 0 &&
      new Reports(this, 'Reports', { runbook, reports, plan, table, contacts, deadLetters }).report;
    new Routines(this, 'Routines', { runbook, dispatch, tick, deadLetters });
    const { queue: events } = new CommandEvents(this, 'CommandEvents', {
      documentNames: Object.values(documents.names),
      collect,
      deadLetters,
    });
    const { console, act } = new Console(this, 'Widgets', { plan, table });
    const functions = {
      ...{ Dispatch: dispatch, Collect: collect, Tick: tick, Console: console, Act: act },
      ...(report && { Report: report }),
    };
    const watched = { functions, events, deadLetters };
    const { all: alarms } = new Alarms(this, 'Alarms', { platformId: runbook.id, watchTopic, ...watched });
    const dashboard = new RoundsDashboard(this, 'Dashboard', { plan, console, alarms, ...watched });

    const routine = runbook.routines[0]?.id ?? '';
    addOutputs(this, { dashboard, console, act, table, watchTopic, deadLetters, dispatch, routine });
    if (placeholders) refuseToDeployWithoutContacts(this);
  }
}

function watchersOf({ roles, watchers, contacts }: Runbook): string[] {
  const role = roles[watchers];
  return (role ? contactsOf(role) : []).flatMap((contact) => contacts[contact]?.email ?? []);
}
