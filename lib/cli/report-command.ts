import type { Command } from 'commander';
import { type NoteSubject, noteSubjects } from '../../functions/core/reports/records.ts';
import type { NewNote } from './note.ts';
import {
  type ByOptions,
  type CommonOptions,
  examples,
  operator,
  timeZone,
  whereHelp,
  withBy,
  withPlace,
} from './options.ts';
import type { ReportOptions } from './report.ts';
import { run } from './run-connected.ts';

type ReportFlags = CommonOptions & ReportOptions;

type NoteFlags = ByOptions & Readonly<Partial<Record<Exclude<NoteSubject, 'note' | 'follow-up'> | 'followUp', string>>>;

/** The report that is the operations log. */
const logId = 'log';

/** Adds the commands about the paperwork: to read what was written, to see it before it is, to add to it. */
export function registerReports(program: Command): void {
  registerLog(program);
  registerReport(program);
  registerNote(program);
}

function withReport(command: Command): Command {
  return withPlace(command)
    .option(
      '--date <date>',
      "of this day on the platform's clock: 2026-11-23, or 2026-11-23T08:00 (default: the newest that is due)",
    )
    .option('--html <file>', 'write it into a file as a page for a browser, with its charts')
    .option('--again', 'make it anew from the records, though one is kept; the kept one stays');
}

const aboutReports = `
A report is made when its schedule says so, kept, and mailed. Before that it is made for you from the records as they are;
where it is not the kept one, stderr says so. Charts stand only in the HTML.`;

function registerLog(program: Command): void {
  withReport(program.command('log').description('show the operations log of a day: what rounds report log shows'))
    .addHelpText(
      'after',
      examples('rounds log', 'rounds log --date 2026-11-23', 'rounds log --html log.html --stack Rounds-fossawork') +
        aboutReports +
        whereHelp,
    )
    .action((options: ReportFlags) => showReport(logId, options));
}

function registerReport(program: Command): void {
  const command = program
    .command('report')
    .description('show a report, or the report of one incident; without a name list those that are kept')
    .argument('[name]', "the report's id, as the list names it; or the word incident")
    .argument('[number]', 'after the word incident: its number, or the check');
  withReport(command)
    .addHelpText(
      'after',
      examples(
        'rounds report',
        'rounds report weekly-review',
        'rounds report health --date 2026-11-23 --html health.html',
        'rounds report incident DAILY-20261123-001',
        'rounds report incident DAILY-20261123-001 --json > issue-record.json',
      ) +
        aboutReports +
        '\nThe report of an incident is always made anew; with --json it is the issue record of the procedure.\n' +
        whereHelp,
    )
    .action((name: string | undefined, number: string | undefined, options: ReportFlags) =>
      name === 'incident' ? showIncident(number, options) : showReport(name, options, number),
    );
}

async function showReport(name: string | undefined, options: ReportFlags, extra?: string): Promise<void> {
  if (extra !== undefined)
    throw new Error(`rounds report got '${extra}' after '${name}'; expected nothing. See --date.`);
  await run(options, async (connection) => {
    const [{ listReports, showReport }, { planOf }] = await Promise.all([
      import('./report.ts'),
      import('./platform-plan.ts'),
    ]);
    const plan = planOf(connection.platform);
    if (name === undefined) return listReports(connection, plan, timeZone());
    return showReport(connection, plan, name, options, timeZone());
  });
}

async function showIncident(number: string | undefined, options: ReportFlags): Promise<void> {
  if (number === undefined) {
    throw new Error('rounds report incident got no number; expected one, or a check. See: rounds incidents --all.');
  }
  await run(options, async (connection) => {
    const [{ showIncidentReport }, { planOf }] = await Promise.all([
      import('./incident-report.ts'),
      import('./platform-plan.ts'),
    ]);
    return showIncidentReport(connection, planOf(connection.platform), number, options);
  });
}

function registerNote(program: Command): void {
  const command = program
    .command('note')
    .description('add to the records of an incident what its report has to say: nothing is taken back, only said anew')
    .argument('<incident>', 'its number, or the check')
    .argument('[text]', 'what is to be recorded')
    .option('--impact <text>', 'what it did to people and business')
    .option('--cause <text>', 'why it happened')
    .option('--action <text>', 'what was done')
    .option('--resolution <text>', 'how it was ended')
    .option('--lesson <text>', 'what is learned from it')
    .option('--follow-up <text>', 'what has still to be done');
  withBy(withPlace(command))
    .addHelpText(
      'after',
      examples(
        'rounds note DAILY-20261123-001 "the disk filled within an hour"',
        'rounds note DAILY-20261123-001 --cause "debug log left on" --follow-up "alert on log growth"',
      ) +
        '\nAn incident that is over can be added to as well.\n' +
        whereHelp,
    )
    .action((incident: string, text: string | undefined, options: NoteFlags) => {
      const notes = notesOf(text, options);
      return run(options, async (connection) => {
        const { noteIncident } = await import('./note.ts');
        return noteIncident(connection, incident, notes, operator(options));
      });
    });
}

function notesOf(text: string | undefined, options: NoteFlags): NewNote[] {
  const said = { ...options, note: text, 'follow-up': options.followUp };
  const notes = noteSubjects.flatMap((about): NewNote[] => {
    const text = said[about];
    return text === undefined ? [] : [{ about, text }];
  });
  if (notes.length > 0) return notes;
  throw new Error('rounds note got nothing to record; expected a text, or one of --impact, --cause, and so on.');
}
