import type { LocalCloud } from '../cloud.ts';
import type { Json } from '../service.ts';
import { customEvent } from './custom-event.ts';
import { readDashboard, type Widget, type WidgetSource } from './dashboard.ts';
import { graphData } from './graph-data.ts';
import { isQuestion, parseQuestion, QuestionError, questionSchemas } from './questions.ts';
import { seenRange } from './time-range.ts';
import type { Answers, CustomAnswer, CustomQuestion, MessagesAnswer, ShownAlarm } from './wire.ts';

/** What the page says of the platform beside its dashboard. */
export interface Platform {
  readonly title: string;
  readonly timeZone: string;
}

/** Messages that are listed. */
const maximumMessages = 200;

/** Answers the page's questions from a running cloud; every time in them is the cloud's. */
export class ConsoleAnswers {
  readonly #cloud: LocalCloud;
  readonly #platform: Platform;
  readonly #dashboardName: string;
  readonly #rangeMs: number;
  readonly #widgets: ReadonlyMap<string, Widget>;

  /** @throws {Error} when the template has no dashboard */
  constructor(cloud: LocalCloud, platform: Platform) {
    this.#cloud = cloud;
    this.#platform = platform;
    const { ref, properties } = cloud.resource('AWS::CloudWatch::Dashboard');
    this.#dashboardName = ref;
    const { rangeMs, widgets } = readDashboard(String(properties.DashboardBody));
    this.#rangeMs = rangeMs;
    this.#widgets = new Map(widgets.map((widget) => [widget.id, widget]));
  }

  /** @throws {QuestionError} for anything that the page never asks */
  async answer(name: string, asked: unknown): Promise<Answers[keyof Answers]> {
    if (!isQuestion(name)) {
      throw new QuestionError(
        `Got the question "${name}", expected one of ${Object.keys(questionSchemas).join(', ')}.`,
      );
    }
    switch (name) {
      case 'dashboard':
        return this.#dashboard();
      case 'custom':
        return this.#custom(parseQuestion(name, asked));
      case 'graph': {
        const { widget, range } = parseQuestion(name, asked);
        const seen = seenRange(range, this.#cloud.clock.now(), this.#platform.timeZone);
        return graphData(this.#cloud.metrics, this.#find(widget, 'metrics').source.queries, seen);
      }
      case 'alarms':
        return this.#find(parseQuestion(name, asked).widget, 'alarms').source.arns.map((arn) => this.#alarm(arn));
      case 'messages':
        return this.#messages();
    }
  }

  #dashboard(): Answers['dashboard'] {
    const widgets = [...this.#widgets.values()].map(({ source: _source, ...placed }) => placed);
    return { ...this.#platform, rangeMs: this.#rangeMs, widgets };
  }

  async #custom(question: CustomQuestion): Promise<CustomAnswer> {
    const { widget, source } = this.#find(question.widget, 'custom');
    const { timeZone } = this.#platform;
    const endpoint = question.call?.endpoint ?? source.endpoint;
    const invoked = this.#cloud.resources.find(
      ({ type, attributes }) => type === 'AWS::Lambda::Function' && attributes.Arn === endpoint,
    );
    if (!invoked) return { ok: false, error: `The template has no function ${endpoint}.` };
    const event = customEvent({
      dashboardName: this.#dashboardName,
      accountId: endpoint.split(':')[4] ?? '',
      widget,
      params: source.params,
      question,
      now: this.#cloud.clock.now(),
      timeZone,
    });
    // All of it has come as JSON, from the template or from the page.
    const answer = await this.#cloud.invoke(invoked.logicalId, event as Json);
    if (answer.ok) return { ok: true, content: answer.payload };
    return { ok: false, error: `${answer.error.errorType}: ${answer.error.errorMessage}` };
  }

  #alarm(arn: string): ShownAlarm {
    const status = this.#cloud.alarms.statuses.find(({ alarm }) => alarm.arn === arn);
    if (!status) throw new QuestionError(`The dashboard names the alarm ${arn}, which the template does not have.`);
    const { alarm, state, since } = status;
    return { name: alarm.name, description: alarm.description, state, since };
  }

  #messages(): MessagesAnswer {
    const { deliveries } = this.#cloud.sns;
    const messages = deliveries
      .slice(-maximumMessages)
      .reverse()
      .map(({ messageId, at, protocol, endpoint, subject, body, failure }) => ({
        id: `${messageId} ${protocol} ${endpoint}`,
        ...{ at, protocol, endpoint, subject, body, failure },
      }));
    return { now: this.#cloud.clock.now(), count: deliveries.length, messages };
  }

  /** @throws {QuestionError} when there is no such widget, or it is drawn from something else */
  #find<Type extends WidgetSource['type']>(id: string, type: Type) {
    const widget = this.#widgets.get(id);
    if (!widget) throw new QuestionError(`Got the widget "${id}", expected one of widget-1 to ${this.#widgets.size}.`);
    const { source } = widget;
    if (isFrom(source, type)) return { widget, source };
    throw new QuestionError(`The widget "${id}" is drawn from ${source.type}, not from ${type}.`);
  }
}

function isFrom<Type extends WidgetSource['type']>(
  source: WidgetSource,
  type: Type,
): source is Extract<WidgetSource, { type: Type }> {
  return source.type === type;
}
